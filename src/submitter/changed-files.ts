import { join } from 'path';
import { firstOf } from './amounts';
import { PlannedRoot } from '../bundler/plan';
import { walk } from '../bundler/walk';

/** How many are named. */
const NAMED = 5;

/** Which files of the roots were written, moved in or made since a time, in words. Those that were removed are not there to be named. */
export function filesChangedSince(roots: readonly PlannedRoot[], timeMs: number): string | undefined {
  const changed = roots.flatMap(({ source, directory }) => {
    const { files, stamps } = walk(directory, source);
    return files.filter((_, index) => stamps.ctimesMs[index] >= timeMs).map(({ path }) => join(source.path, path));
  });
  return changed.length === 0 ? undefined : firstOf(changed, NAMED);
}
