import { BundleError } from '../bundle-error';

/** Why a store did not do what it was asked. */
export type Refusal = 'no-credentials' | 'bad-credentials' | 'denied' | 'no-container' | 'elsewhere' | 'out-of-reach' | 'other';

/** What to do about each, in the words of one store. */
export type Fixes = Readonly<Record<Exclude<Refusal, 'other'>, string>>;

const WHAT: Record<Refusal, string> = {
  'no-credentials': 'no credentials were found',
  'bad-credentials': 'the credentials were refused',
  'denied': 'access denied',
  'no-container': 'the bucket or container does not exist',
  'elsewhere': 'the bucket is in another region',
  'out-of-reach': 'the store did not answer',
  'other': 'the store refused',
};

const NETWORK = /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_STREAM_PREMATURE_CLOSE|REQUEST_SEND_ERROR|TimeoutError)\b/;

/** Whether no answer came at all. An SDK may tell so by a name, by a code, or in the text of an error around another. */
export function isNetworkError(error: unknown): boolean {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  return [code, name, message].some((text) => NETWORK.test(String(text)));
}

/** An object that is not there. */
export function objectMissing(url: string): BundleError {
  return new BundleError('OBJECT_MISSING', `${url} is not there`, 'publish the bundle again');
}

/**
 * The error of a store for people.
 *
 * Of the cause it tells the name and the status. The text of a cause is told only where nothing better is known, and never what may be
 * signed in it.
 */
export function storeRefused(url: string, cause: unknown, refusal: Refusal, fixes: Fixes): BundleError {
  const { name, code, status, message } = facts(cause);
  const label = [code && code !== String(status) ? code : name !== 'Error' && name, status && `status ${status}`].filter(Boolean).join(', ');
  const detail = refusal === 'other' || refusal === 'out-of-reach' ? `: ${withoutSecrets(message)}` : '';
  const fix = refusal === 'other' ? 'run it again; when it stays, look the cause up in the documentation of the store' : fixes[refusal];
  return new BundleError('STORE_REFUSED', `${url}: ${WHAT[refusal]}${label && ` (${label})`}${detail}`, fix);
}

/** Where the three SDKs keep name, code and status. */
interface SdkError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly statusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function facts(cause: unknown) {
  const { name, code, message, statusCode, $metadata } = cause as SdkError;
  const status = statusCode ?? $metadata?.httpStatusCode ?? (typeof code === 'number' ? code : undefined);
  return { name: name ?? 'Error', code: code === undefined ? undefined : String(code), status, message: message ?? String(cause) };
}

/** First line, without query strings (they may hold a signature) and bearer tokens. */
function withoutSecrets(message: string): string {
  return message.split('\n')[0].replace(/\?\S+/g, '?…').replace(/\b(bearer|signature|sig|key|token|secret)\b(\s*[=:]\s*|\s+)\S+/gi, '$1 …').slice(0, 200);
}
