import { join, relative, resolve, sep } from 'path';
import { realpathOr, RootSource } from './root-source';

/**
 * A root without the directories that synth, publish and runs write: what lies in them would be other content each time, and the bundle that a stack
 * names never the one that is there.
 *
 * @param directories need not exist
 */
export function withoutWritten(root: RootSource, directories: readonly string[]): RootSource {
  const real = realpathOr(resolve(root.path));
  const below = directories.map((directory) => relative(real, whereItLies(directory))).filter((path) => path !== '' && path !== '..' && !path.startsWith(`..${sep}`));
  return below.length === 0 ? root : { ...root, exclude: [...root.exclude ?? [], ...below.map(patternOf)] };
}

/** The real path, as far as there is one. */
function whereItLies(directory: string): string {
  const path = resolve(directory);
  const parent = join(path, '..');
  const real = realpathOr(path);
  return real !== path || parent === path ? real : join(whereItLies(parent), relative(parent, path));
}

/** In gitignore syntax: this directory alone. */
function patternOf(path: string): string {
  return `/${path.split(sep).join('/').replace(/[\\*?[\]!# ]/g, '\\$&')}/`;
}
