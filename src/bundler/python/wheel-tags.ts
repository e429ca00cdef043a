import { BundleError } from '../bundle-error';

/** Processor of the cluster's nodes, in the words of wheels. */
export type Processor = 'x86_64' | 'aarch64';

/** What bundled packages will run on. */
export interface PythonTarget {
  /** Minor release, such as `3.11`. */
  readonly pythonVersion: string;
  readonly platform: 'linux';
  readonly arch: Processor;
}

/**
 * Whether a wheel's tag, such as `cp311-cp311-manylinux_2_17_x86_64`, runs on the target.
 *
 * Which glibc the image has is not known here, so any manylinux fits. musllinux does not: no image with Ray is built on musl.
 */
export function tagFits(tag: string, target: PythonTarget): boolean {
  const [python, abi, platforms] = tag.split('-');
  if (!platforms) { return false; }
  const anyPlatform = platforms === 'any';
  const platformFits = anyPlatform || platforms.split('.').some((platform) => platformOf(platform) === target.arch);
  return platformFits && python.split('.').some((one) => abi.split('.').some((abiTag) => interpreterFits(one, abiTag, anyPlatform, target)));
}

/**
 * `11` of a target for Python 3.11.
 *
 * @throws BundleError PYTHON_VERSION when that is no minor release
 */
export function minorOf(target: PythonTarget): number {
  const minor = /^3\.(\d+)$/.exec(target.pythonVersion)?.[1];
  if (!minor) {
    throw new BundleError('PYTHON_VERSION', `pythonVersion: got ${JSON.stringify(target.pythonVersion)}, expected a minor release such as "3.11"`,
      'drop the patch number');
  }
  return Number(minor);
}

function platformOf(platform: string): string | undefined {
  return /^(?:manylinux(?:1|2010|2014|_\d+_\d+)|linux)_(.+)$/.exec(platform)?.[1];
}

function interpreterFits(python: string, abi: string, anyPlatform: boolean, target: PythonTarget): boolean {
  const minor = minorOf(target);
  const [, implementation, tagMinor] = /^(py|cp)3(\d*)$/.exec(python) ?? [];
  if (implementation === 'py') { return abi === 'none' && (tagMinor === '' || Number(tagMinor) <= minor); }
  if (implementation !== 'cp' || tagMinor === '') { return false; }
  if (abi === 'abi3') { return !anyPlatform && Number(tagMinor) >= 2 && Number(tagMinor) <= minor; }
  return Number(tagMinor) === minor && (abi === 'none' || (abi === `cp3${tagMinor}` && !anyPlatform));
}
