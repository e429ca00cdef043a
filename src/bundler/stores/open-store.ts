import { fileURLToPath } from 'url';
import { notSupported } from './address';
import { AzureStore } from './azure';
import { GcsStore } from './gcs';
import { LocalStore } from './local';
import { S3Store } from './s3';
import { BundleStore } from '../store';

/**
 * Opens the store behind a URL. Its SDK is loaded, and the network asked, with the first call.
 *
 * @throws BundleError STORE_NOT_SUPPORTED
 */
export function openStore(url: string): BundleStore {
  if (url.startsWith('file:///')) { return new LocalStore(fileURLToPath(url)); }
  if (url.startsWith('s3://')) { return new S3Store(url); }
  if (url.startsWith('gs://')) { return new GcsStore(url); }
  if (url.startsWith('az://')) { return new AzureStore(url); }
  throw notSupported(url, 'file:///PATH/, s3://BUCKET/PREFIX/, gs://BUCKET/PREFIX/ or az://ACCOUNT/CONTAINER/PREFIX/');
}
