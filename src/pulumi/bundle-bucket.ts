import { Key } from '@pulumi/aws/kms';
import * as s3 from '@pulumi/aws/s3';
import { all, ComponentResource, ComponentResourceOptions, Input, Output, output, Resource } from '@pulumi/pulumi';
import { BucketPlan, planBucket } from './bucket-plan';
import { BundleBucketArgs } from './bundle-bucket-args';
import { childOptions } from './child-options';
import { tlsOnlyPolicy } from '../spec/bucket-policy';
import { s3Url } from '../spec/s3-places';

const KEY_DELETION_DAYS = 30;

/**
 * A bucket of S3 for workspace bundles, and for tables if you like: private, owned by its account, encrypted with a key of its own, over TLS alone,
 * with a week to bring back what was deleted.
 */
export class BundleBucket extends ComponentResource {
  /** Name of the bucket. */
  public readonly bucketName: Output<string>;

  /** ARN of the bucket. */
  public readonly bucketArn: Output<string>;

  /** ARN of the key that encrypts it. */
  public readonly kmsKeyArn: Output<string>;

  /** URL of the bundle store in it, such as `s3://acme-features/bundles/`. Known once the bucket is guarded. */
  public readonly storeUrl: Output<string>;

  /**
   * @param name name of the component
   * @param args how it differs from the defaults
   * @param opts as for every component
   */
  constructor(name: string, args: BundleBucketArgs = {}, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:BundleBucket', name, {}, opts);
    const plan = output(args).apply((known) => planBucket(name, known));
    const tags = plan.apply((known) => known.args.tags ?? {});
    const options = childOptions(this, plan);
    this.kmsKeyArn = args.kmsKeyArn === undefined ? newKey(name, tags, this, plan) : output(args.kmsKeyArn);
    const bucket = new s3.Bucket(name, { bucket: args.bucketName, forceDestroy: args.forceDestroy ?? false, tags }, options);
    const guards = guard(name, bucket, this.kmsKeyArn, plan, this);
    if (args.accessLogsBucket !== undefined) {
      new s3.BucketLogging(name, { bucket: bucket.bucket, targetBucket: args.accessLogsBucket, targetPrefix: bucket.bucket.apply((own) => `${own}/`) }, options);
    }
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.storeUrl = all([bucket.bucket, plan, guards]).apply(([own, { bundlePrefix }]) => s3Url({ bucket: own, prefix: bundlePrefix }));
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn, kmsKeyArn: this.kmsKeyArn, storeUrl: this.storeUrl });
  }
}

/** Its policy is AWS's default: the account decides by IAM who may use it. */
function newKey(name: string, tags: Input<Record<string, string>>, parent: Resource, plan: Output<BucketPlan>): Output<string> {
  const description = `Encrypts the bucket of ${name}`;
  return new Key(name, { description, enableKeyRotation: true, deletionWindowInDays: KEY_DELETION_DAYS, tags }, childOptions(parent, plan)).arn;
}

/** Makes what keeps the bucket as it should be, and says when all of it is there. */
function guard(name: string, bucket: s3.Bucket, kmsKeyArn: Output<string>, plan: Output<BucketPlan>, parent: Resource): Output<unknown> {
  const options = childOptions(parent, plan);
  const { bucket: own } = bucket;
  const closed = new s3.BucketPublicAccessBlock(name, {
    bucket: own, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
  }, options);
  const owned = new s3.BucketOwnershipControls(name, { bucket: own, rule: { objectOwnership: 'BucketOwnerEnforced' } }, options);
  const encrypted = new s3.BucketServerSideEncryptionConfiguration(name, {
    bucket: own,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn }, bucketKeyEnabled: true }],
  }, options);
  const versioned = new s3.BucketVersioning(name, { bucket: own, versioningConfiguration: { status: 'Enabled' } }, options);
  const rules = plan.apply(({ lifecycle }) => lifecycle);
  new s3.BucketLifecycleConfiguration(name, { bucket: own, rules }, childOptions(parent, plan, [versioned]));
  // After the block: S3 takes one change of a bucket's access at a time.
  const tls = new s3.BucketPolicy(name, { bucket: own, policy: bucket.arn.apply(tlsOnlyPolicy) }, childOptions(parent, plan, [closed]));
  return all([closed.id, owned.id, encrypted.id, versioned.id, tls.id]);
}
