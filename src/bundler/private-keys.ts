import { BundleError } from './bundle-error';
import { PRIVATE_KEY } from './file-hash';
import { HeldBackFile } from './left-out';
import { RootKind } from './root-source';
import { WalkedFile } from './walk';

/** Files, and the hash of each in the same order. */
export interface HashedFiles {
  readonly files: readonly WalkedFile[];
  readonly hashes: readonly string[];
}

/**
 * Lists the files with private keys.
 *
 * Packages bring keys for their own tests, public ones: they are held back. Anywhere else a key is somebody's, and its owner has to know.
 *
 * @throws BundleError PRIVATE_KEY
 */
export function heldBackKeys(directory: string, kind: RootKind, { files, hashes }: HashedFiles): HeldBackFile[] {
  const keys = files.filter((_, index) => hashes[index] === PRIVATE_KEY);
  if (keys.length > 0 && kind !== 'site-packages') {
    throw new BundleError('PRIVATE_KEY', `${directory}/${keys[0].path} holds a private key: it must not leave this machine`, 'move it out of the root, or exclude it');
  }
  return keys.map(({ path }) => ({ path, reason: 'holds a private key' }));
}
