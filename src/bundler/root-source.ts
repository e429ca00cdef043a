import { lstatSync, realpathSync, statSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join, parse, resolve } from 'path';
import { BundleError } from './bundle-error';
import type { LibraryTarget } from './python/libraries';
import type { RootLimits } from './root-limits';

/** What a root holds; it decides which files are left out by default. */
export type RootKind = 'workspace' | 'site-packages' | 'other';

/** A directory of the Python path that is to be bundled. */
export interface RootSource {
  readonly kind: RootKind;
  /** Directory on this machine. Never leaves it: manifests know roots by digest only. */
  readonly path: string;
  /** More paths to leave out, in gitignore syntax, relative to the root. */
  readonly exclude?: readonly string[];
  /**
   * Notebooks change whenever they run. `exclude` leaves them out, `isolate` ships them in a shard of their own.
   *
   * @default exclude
   */
  readonly notebooks?: 'isolate' | 'exclude';
  /**
   * The most that the root may hold.
   *
   * @default 50,000 files and 2 GB; for site-packages 500,000 and 20 GB
   */
  readonly limits?: RootLimits;
  /**
   * What compiled modules in it have to run on.
   *
   * @default they are not looked at
   */
  readonly runsOn?: LibraryTarget;
}

/** Directories that are somebody's home, whatever they are called: bundling one ships its credentials. */
const HOME_MARKERS = ['.ssh', '.aws', '.kube'];

/**
 * Resolves a root to its real directory.
 *
 * @throws BundleError ROOT_MISSING, ROOT_NOT_A_DIRECTORY or ROOT_REFUSED
 */
export function resolveRoot(source: RootSource): string {
  const path = resolve(source.path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw new BundleError('ROOT_MISSING', `${source.kind} root ${path}: no such directory`, 'create it or correct the path of the root');
  }
  if (!stats.isDirectory()) {
    throw new BundleError('ROOT_NOT_A_DIRECTORY', `${source.kind} root ${path}: got a file, expected a directory`, `use the directory that holds it: ${parse(path).dir}`);
  }
  const real = realpathSync(path);
  const why = reasonToRefuse(real);
  if (why) {
    throw new BundleError('ROOT_REFUSED', `${source.kind} root ${path} is ${why}, expected a project directory`,
      'move the code into a directory of its own and bundle that');
  }
  return real;
}

/** What a real directory is that never ships as a whole, or undefined. */
export function reasonToRefuse(real: string): string | undefined {
  if (real === parse(real).root) { return 'the root of the file system'; }
  if (real === realpathOr(homedir())) { return 'the home directory'; }
  if (real === realpathOr(tmpdir())) { return 'the temporary directory'; }
  const marker = HOME_MARKERS.find((name) => lstatSync(join(real, name), { throwIfNoEntry: false })?.isDirectory());
  return marker && `a home directory (it holds ${marker}/)`;
}

/** The real path, or the path itself where there is nothing. */
export function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // what isn't there has no other name
  }
}
