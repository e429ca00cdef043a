import { BundleError } from './bundle-error';
import { PRIVATE_KEY } from './file-hash';
import { HeldBackFile } from './left-out';
import { RootKind } from './root-source';
import { SizedFile } from './shards';

/**
 * Parts the files with private keys from those that ship.
 *
 * Packages bring keys for their own tests, public ones: they are held back. Anywhere else a key is somebody's, and its owner has to know.
 *
 * @throws BundleError PRIVATE_KEY
 */
export function withoutPrivateKeys(
  directory: string, kind: RootKind, files: readonly SizedFile[],
): { shipped: SizedFile[]; heldBack: HeldBackFile[] } {
  const keys = files.filter(({ sha256 }) => sha256 === PRIVATE_KEY);
  if (keys.length > 0 && kind !== 'site-packages') {
    throw new BundleError('PRIVATE_KEY', `${directory}/${keys[0].path} holds a private key: it must not leave this machine`, 'move it out of the root, or exclude it');
  }
  return {
    shipped: files.filter(({ sha256 }) => sha256 !== PRIVATE_KEY),
    heldBack: keys.map(({ path }) => ({ path, reason: 'holds a private key' })),
  };
}
