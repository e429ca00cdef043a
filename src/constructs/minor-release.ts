import { invalidValue } from '../spec/invalid-value';
import { isVersion } from '../spec/versions';

/**
 * Refuses what names no release, and gives back what does: compared with others, it would pass for none or for the default.
 *
 * @param path the function that it was given to
 * @param example a release, such as `1.8`
 */
export function minorRelease(path: string, minor: string, example: string): string {
  if (typeof minor !== 'string' || !isVersion(minor)) {
    throw invalidValue({ path, at: 'minor', got: minor, expected: `a minor release such as "${example}"`, fix: `${path}('${example}'), as a text` });
  }
  return minor;
}
