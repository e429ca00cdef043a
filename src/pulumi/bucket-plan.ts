import { Unwrap } from '@pulumi/pulumi';
import { BundleBucketArgs } from './bundle-bucket-args';
import { Problem, refuse, shaped, whole } from './input-problems';
import { bare, overlap } from '../spec/s3-places';

/** A bucket for bundles, once all of its inputs are known. */
export interface BucketPlan {
  readonly args: Unwrap<BundleBucketArgs>;
  /** Without a slash at either end. */
  readonly bundlePrefix: string;
  readonly lifecycle: LifecycleRule[];
}

/** A rule of the bucket's lifecycle, in the words of S3. */
export interface LifecycleRule {
  readonly id: string;
  readonly status: 'Enabled';
  readonly filter: { readonly prefix: string };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays: number };
  readonly expiration?: { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean };
}

/** Where bundles are kept when nothing else is said. */
export const DEFAULT_BUNDLE_PREFIX = 'bundles';

const DEFAULT_NONCURRENT_DAYS = 7;
const ABANDONED_UPLOAD_DAYS = 7;

const BUCKET_NAME = {
  is: /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  expected: 'the name of a bucket: 3 to 63 lower case letters, digits, dots and dashes',
  fix: 'use a plain name such as "acme-features", or leave it out',
};

/**
 * Builds and checks.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planBucket(name: string, args: Unwrap<BundleBucketArgs>): BucketPlan {
  const { noncurrentDays = DEFAULT_NONCURRENT_DAYS, expiringPrefixes = [] } = args;
  const bundlePrefix = bare(args.bundlePrefix ?? DEFAULT_BUNDLE_PREFIX);
  refuse('BundleBucket', name, [
    ...shaped('bucketName', args.bucketName, BUCKET_NAME),
    ...whole('noncurrentDays', noncurrentDays, 1),
    ...expiringPrefixes.flatMap(({ days }, i) => whole(`expiringPrefixes[${i}].days`, days, 1)),
    ...overlapping(args, bundlePrefix),
  ]);
  return {
    args,
    bundlePrefix,
    lifecycle: [
      { ...everywhere('abandoned-uploads'), abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_UPLOAD_DAYS } },
      { ...everywhere('noncurrent-versions'), noncurrentVersionExpiration: { noncurrentDays }, expiration: { expiredObjectDeleteMarker: true } },
      ...expiringPrefixes.map(({ prefix, days }, i): LifecycleRule => ({ id: `expiring-${i}`, status: 'Enabled', filter: { prefix: `${bare(prefix)}/` }, expiration: { days } })),
    ],
  };
}

function everywhere(id: string): LifecycleRule {
  return { id, status: 'Enabled', filter: { prefix: '' } };
}

/** What a job writes, what ships and what expires must lie apart, or the rights and the ages of one hold for the other. */
function overlapping({ tablePrefixes = [], expiringPrefixes = [] }: Unwrap<BundleBucketArgs>, bundlePrefix: string): Problem[] {
  const expiring = expiringPrefixes.map(({ prefix }, i) => ({ at: `expiringPrefixes[${i}].prefix`, prefix }));
  const tables = tablePrefixes.map((prefix, i) => ({ at: `tablePrefixes[${i}]`, prefix }));
  const bundles = { at: 'bundlePrefix', prefix: bundlePrefix };
  const pairs = [...expiring.flatMap((one) => [...tables, bundles].map((other) => [one, other])), ...tables.map((table) => [bundles, table])];
  return pairs.filter(([one, other]) => overlap(one.prefix, other.prefix)).map(([one, other]) => ({
    propertyPath: one.at,
    reason: `got ${JSON.stringify(one.prefix)}, expected a prefix that lies apart from ${other.at}, ${JSON.stringify(other.prefix)}. Fix: give each a folder of its own`,
  }));
}
