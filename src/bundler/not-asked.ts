import { BundleError } from './bundle-error';

/** Codes of errors that a store gives before it tells anything: no way to it, or none for us. */
const NOT_ASKED = ['SDK_MISSING', 'STORE_REFUSED'];

/**
 * Why a store could not be asked, with what to do about it, for those who can go on without its answer.
 *
 * @throws the error itself when it is another one
 */
export function whyNotAsked(error: unknown): string {
  if (!(error instanceof BundleError && NOT_ASKED.includes(error.code))) { throw error; }
  return `the store was not asked: ${error.message}; to have it asked: ${error.fix}`;
}
