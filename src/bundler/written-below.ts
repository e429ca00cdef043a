import { existsSync, realpathSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { ignoreLine } from './ignore-line';
import { isInside } from './inside';
import { RootSource } from './root-source';

/**
 * A root without the directories that synth, publish and runs write: what lies in them would be other content each time, and the bundle that a stack
 * names never the one that is there.
 *
 * @param directories need not exist
 */
export function withoutWritten(root: RootSource, directories: readonly string[]): RootSource {
  const real = whereItLies(root.path);
  const below = directories.map(whereItLies).filter((directory) => isInside(directory, real));
  return below.length === 0 ? root : { ...root, exclude: [...root.exclude ?? [], ...below.map((directory) => ignoreLine(real, directory, '/'))] };
}

/** The real path, as far as there is one. */
function whereItLies(directory: string): string {
  const path = resolve(directory);
  return existsSync(path) ? realpathSync(path) : join(whereItLies(dirname(path)), basename(path));
}
