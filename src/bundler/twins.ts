import { BundleError } from './bundle-error';

/**
 * Refuses names that some file systems can't tell apart: `a.py` beside `A.py`, composed beside decomposed letters.
 *
 * On such a disk one of the two would replace the other without a word.
 *
 * @throws BundleError NAME_TWINS
 */
export function refuseTwins(root: string, paths: Iterable<string>): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined && twin !== path) {
      throw new BundleError('NAME_TWINS', `${root}: ${JSON.stringify(twin)} and ${JSON.stringify(path)} are the same name on some disks`,
        'rename or exclude one of the two');
    }
    seen.set(folded, path);
  }
}
