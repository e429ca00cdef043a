import { fileURLToPath } from 'url';
import { BundleError } from '../bundle-error';
import { BundleStore } from '../store';
import { LocalStore } from './local';

/**
 * Opens the store behind a URL.
 *
 * @throws BundleError STORE_NOT_SUPPORTED
 */
export function openStore(url: string): BundleStore {
  if (url.startsWith('file:///')) { return new LocalStore(fileURLToPath(url)); }
  throw new BundleError('STORE_NOT_SUPPORTED', `bundle store ${url}: this version reads and writes file:// stores only`,
    'use BundleStore.local(PATH), on a file system that the workers mount');
}
