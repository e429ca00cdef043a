/**
 * Versions of Ray (`x.y.z`) and of KubeRay (`x.y` or `x.y.z`), compared number by number.
 */

const VERSION = /^(\d+)\.(\d+)(?:\.(\d+))?$/;

/** Whether `version` names one exact release: three numbers, no suffix. */
export function isExactVersion(version: string): boolean {
  return VERSION.exec(version)?.[3] !== undefined;
}

/** Whether a text names a release: two numbers, or three. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Whether `version` is the release `floor` or a later one. False when either can't be read. */
export function isAtLeast(version: string, floor: string): boolean {
  const have = parts(version);
  const need = parts(floor);
  if (have === undefined || need === undefined) {
    return false;
  }
  const different = have.findIndex((number, i) => number !== need[i]);
  return different === -1 || have[different] > need[different];
}

/** Whether `version` names a release before `floor`. False when either can't be read: which release it is is another question. */
export function isBefore(version: string, floor: string): boolean {
  return parts(version) !== undefined && parts(floor) !== undefined && !isAtLeast(version, floor);
}

/** What was read: rules compare the same few versions for each cluster of an app. */
const READ = new Map<string, readonly number[] | undefined>();

function parts(version: string): readonly number[] | undefined {
  if (!READ.has(version)) {
    READ.set(version, VERSION.exec(version)?.slice(1).map((number) => Number(number ?? 0)));
  }
  return READ.get(version);
}
