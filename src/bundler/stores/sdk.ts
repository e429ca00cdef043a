import { createRequire } from 'module';
import { BundleError } from '../bundle-error';

/** Looks from this file, so that no bundler follows it and an SDK is looked for only when a store needs it. */
const requireHere = createRequire(__filename);

/**
 * Loads a package that only the users of one kind of store install.
 *
 * @param url of the store, for the message
 * @param install all packages that this kind of store needs
 * @throws BundleError SDK_MISSING
 */
export function loadSdk<T>(name: string, url: string, install: readonly string[]): T {
  try {
    return requireHere(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') { throw error; } // installed, and broken: its own error says more
    throw new BundleError('SDK_MISSING', `bundle store ${url}: got no package ${name}, expected it beside geneva-constructs`, `npm install ${install.join(' ')}`);
  }
}
