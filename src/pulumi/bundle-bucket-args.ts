import { Input } from '@pulumi/pulumi';

/** Objects that are deleted by age. */
export interface ExpiringPrefixArgs {
  /** What their keys begin with. */
  readonly prefix: Input<string>;

  /** Days after which they are deleted. */
  readonly days: Input<number>;
}

/** What a BundleBucket needs beyond its defaults. */
export interface BundleBucketArgs {
  /**
   * Name of the bucket.
   *
   * @default - made by Pulumi from the component's name
   */
  readonly bucketName?: Input<string>;

  /**
   * What the keys of bundles begin with.
   *
   * @default 'bundles'
   */
  readonly bundlePrefix?: Input<string>;

  /**
   * What the keys of tables begin with that are kept in this bucket, too. Nothing below expires.
   *
   * @default - no tables
   */
  readonly tablePrefixes?: Input<Input<string>[]>;

  /**
   * Objects that are deleted by age, such as logs. Bundles and tables never are: `geneva-stack gc` knows which bundles may go.
   *
   * @default - none
   */
  readonly expiringPrefixes?: Input<Input<ExpiringPrefixArgs>[]>;

  /**
   * Days for which deleted and overwritten objects can be brought back.
   *
   * @default 7
   */
  readonly noncurrentDays?: Input<number>;

  /**
   * ARN of the KMS key that encrypts the bucket.
   *
   * @default - one is made, and rotated every year
   */
  readonly kmsKeyArn?: Input<string>;

  /**
   * Name of the bucket that gets the access logs.
   *
   * @default - none are kept
   */
  readonly accessLogsBucket?: Input<string>;

  /**
   * Whether the bucket is deleted with all that is in it. Else it is not deleted while something is.
   *
   * @default false
   */
  readonly forceDestroy?: Input<boolean>;

  /**
   * Tags of the bucket and of its key.
   *
   * @default - none
   */
  readonly tags?: Input<{ [key: string]: Input<string> }>;
}
