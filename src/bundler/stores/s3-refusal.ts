import { Fixes, isNetworkError, Refusal, storeRefused } from './refusal';
import { BundleError } from '../bundle-error';

const FIXES: Fixes = {
  'no-credentials': 'sign in (aws sso login, or AWS_PROFILE), or give the pod a role',
  'bad-credentials': 'sign in again; check AWS_PROFILE, AWS_ACCESS_KEY_ID and the clock of this machine',
  'denied': 'allow s3:ListBucket on the bucket, s3:GetObject and s3:PutObject on the prefix (s3:DeleteObject for gc), and the use of its KMS key',
  'no-container': 'check the name of the bucket and the account that you are signed in to, or create the bucket',
  'elsewhere': 'set AWS_REGION to the region of the bucket',
  'out-of-reach': 'check the network and AWS_ENDPOINT_URL_S3, then run it again: it goes on from what is there',
};

const BAD_CREDENTIALS = /^(SignatureDoesNotMatch|InvalidAccessKeyId|InvalidClientTokenId|ExpiredToken\w*|InvalidToken|TokenRefreshRequired|RequestTimeTooSkewed|UnrecognizedClientException)$/;
const ELSEWHERE = /^(PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|InvalidRegion)$/;

/** What the SDK says, before it sends anything, when neither the environment nor the profile names a region. */
const NO_REGION = 'Region is missing';

/** HTTP status of an error of the SDK. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** Whether the bucket answered that it has no such object. */
export function isMissing(error: unknown): boolean {
  return /^(NoSuchKey|NotFound)$/.test((error as Error).name);
}

/** An error of the SDK for people. */
export function s3Refused(url: string, error: unknown): BundleError {
  if (error instanceof BundleError) { return error; }
  if ((error as Error).message === NO_REGION) { return new BundleError('STORE_REFUSED', `${url}: no AWS region is set`, 'set AWS_REGION, or region in the AWS profile'); }
  return storeRefused(url, error, refusalOf(error as Error), FIXES);
}

function refusalOf(error: Error): Refusal {
  const { name } = error;
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name)) { return 'no-credentials'; }
  if (BAD_CREDENTIALS.test(name)) { return 'bad-credentials'; }
  if (name === 'NoSuchBucket') { return 'no-container'; }
  if (ELSEWHERE.test(name) || statusOf(error) === 301) { return 'elsewhere'; }
  if (name === 'AccessDenied' || statusOf(error) === 403) { return 'denied'; }
  return isNetworkError(error) ? 'out-of-reach' : 'other';
}
