import { BundleError } from '../bundle-error';

/** Where in an object store bundles are. */
export interface StoreAddress {
  /** Ends in `/`. */
  readonly url: string;
  /** The parts before the prefix: the bucket, or the account and the container. */
  readonly containers: readonly string[];
  /** What all keys begin with: empty, or ends in `/`. */
  readonly prefix: string;
}

/**
 * Takes a store's URL apart.
 *
 * @param form how such a URL looks, for the message; its `/` before `PREFIX` decide how many containers there are
 * @throws BundleError STORE_NOT_SUPPORTED
 */
export function parseAddress(url: string, form: string): StoreAddress {
  const [scheme, rest] = split(url);
  const [expectedScheme, parts] = split(form);
  const depth = parts.split('/').indexOf('PREFIX');
  const containers = rest.split('/').slice(0, depth);
  const folders = rest.split('/').slice(depth).filter((name) => name !== '');
  if (scheme !== expectedScheme || containers.length < depth || containers.some((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))) {
    throw notSupported(url, form);
  }
  const prefix = folders.map((name) => `${name}/`).join('');
  return { url: `${scheme}://${containers.join('/')}/${prefix}`, containers, prefix };
}

/** Says which URLs are stores. What may be a password in the one that was given is left out. */
export function notSupported(url: string, expected: string): BundleError {
  const shown = url.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*$/, '?…');
  return new BundleError('STORE_NOT_SUPPORTED', `bundle store: got ${shown}, expected ${expected}`, 'write it as BundleStore does, without a user, a port or a query');
}

function split(url: string): [string, string] {
  const at = url.indexOf('://');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 3)];
}
