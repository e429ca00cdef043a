import { MockedEngine, refusedBy, valueOf } from './mocked-pulumi';
import { BundleBucket, BundleBucketArgs } from '../../src/pulumi';
import { planBucket } from '../../src/pulumi/bucket-plan';

const engine = new MockedEngine();

async function create(args: BundleBucketArgs = {}, how = {}): Promise<BundleBucket> {
  await engine.start(how);
  const bucket = new BundleBucket('code', args);
  await engine.settle();
  return bucket;
}

test('every child is the child of the component', async () => {
  await create({ accessLogsBucket: 'acme-logs' });
  expect(engine.children()).toEqual([
    'aws:kms/key:Key',
    'aws:s3/bucket:Bucket',
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
    'aws:s3/bucketLogging:BucketLogging',
    'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
    'aws:s3/bucketPolicy:BucketPolicy',
    'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
    'aws:s3/bucketVersioning:BucketVersioning',
  ].map((type) => `geneva-constructs:index:BundleBucket$${type} code`));
});

test('nobody else gets in', async () => {
  await create({ bucketName: 'acme-features' });
  expect(engine.one('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').inputs).toEqual({
    bucket: 'acme-features', blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
  });
  expect(engine.one('aws:s3/bucketOwnershipControls:BucketOwnershipControls').inputs).toEqual({ bucket: 'acme-features', rule: { objectOwnership: 'BucketOwnerEnforced' } });
});

test('whoever comes without TLS 1.2 is refused', async () => {
  await create({ bucketName: 'acme-features' });
  const resources = { Resource: ['arn:aws:s3:::acme-features', 'arn:aws:s3:::acme-features/*'] };
  expect(JSON.parse(engine.one('aws:s3/bucketPolicy:BucketPolicy').inputs.policy)).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'OnlyTls', Effect: 'Deny', Principal: '*', Action: ['s3:*'], ...resources, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Sid: 'OnlyRecentTls', Effect: 'Deny', Principal: '*', Action: ['s3:*'], ...resources, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } },
    ],
  });
});

test('it is encrypted with a key of its own that rotates', async () => {
  await create();
  expect(engine.one('aws:kms/key:Key').inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 });
  expect(engine.one('aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration').inputs.rules).toEqual([{
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/code' },
    bucketKeyEnabled: true,
  }]);
});

test('a key of yours is taken instead', async () => {
  const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/ours';
  const bucket = await create({ kmsKeyArn });
  expect(engine.all('aws:kms/key:Key')).toEqual([]);
  expect(await valueOf(bucket.kmsKeyArn)).toBe(kmsKeyArn);
});

test('abandoned uploads and old versions go after a week, objects only where you say so', async () => {
  await create({ expiringPrefixes: [{ prefix: '/logs/', days: 30 }], noncurrentDays: 3 });
  expect(engine.one('aws:s3/bucketVersioning:BucketVersioning').inputs.versioningConfiguration).toEqual({ status: 'Enabled' });
  expect(engine.one('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').inputs.rules).toEqual([
    { id: 'abandoned-uploads', status: 'Enabled', filter: { prefix: '' }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    { id: 'noncurrent-versions', status: 'Enabled', filter: { prefix: '' }, noncurrentVersionExpiration: { noncurrentDays: 3 }, expiration: { expiredObjectDeleteMarker: true } },
    { id: 'expiring-0', status: 'Enabled', filter: { prefix: 'logs/' }, expiration: { days: 30 } },
  ]);
});

test('access is logged into another bucket', async () => {
  await create({ bucketName: 'acme-features', accessLogsBucket: 'acme-logs' });
  expect(engine.one('aws:s3/bucketLogging:BucketLogging').inputs).toEqual({ bucket: 'acme-features', targetBucket: 'acme-logs', targetPrefix: 'acme-features/' });
});

test('the store has a folder of its own', async () => {
  const bucket = await create({ bucketName: 'acme-features', bundlePrefix: '/code/prod/' });
  expect(await valueOf(bucket.storeUrl)).toBe('s3://acme-features/code/prod/');
});

test('the store is not told before the bucket is guarded', async () => {
  const bucket = await create({ bucketName: 'acme-features' }, { preview: true });
  expect(await (bucket.storeUrl as any).isKnown).toBe(false);
  expect(await (bucket.bucketName as any).isKnown).toBe(true);
});

test('what is in it is not deleted by accident', async () => {
  await create();
  expect(engine.one('aws:s3/bucket:Bucket').inputs.forceDestroy).toBe(false);
});

describe('what can not be meant', () => {
  const plan = (args: object) => () => planBucket('code', args);

  test.each(['Acme', 'a', 's3://acme', '10.0.0.1', 'acme..b', 'xn--acme', 'acme-s3alias'])('includes the bucket name %s', (bucketName) => {
    expect(refusedBy(plan({ bucketName }))).toEqual(['bucketName']);
  });

  test('includes bundles among tables, and tables or bundles that expire', () => {
    expect(refusedBy(plan({ bundlePrefix: 'tables/code', tablePrefixes: ['tables'] }))).toEqual(['bundlePrefix']);
    expect(refusedBy(plan({ tablePrefixes: ['tables'], expiringPrefixes: [{ prefix: 'tables/old', days: 1 }] }))).toEqual(['expiringPrefixes[0].prefix']);
    expect(refusedBy(plan({ expiringPrefixes: [{ prefix: 'logs', days: 1 }, { prefix: '', days: 1 }] }))).toEqual(['expiringPrefixes[1].prefix']);
  });

  test('does not include neighbours whose names begin alike', () => {
    expect(refusedBy(plan({ tablePrefixes: ['bundles-of-tables'], expiringPrefixes: [{ prefix: 'bundles.old', days: 1 }] }))).toEqual([]);
  });

  test('includes days that are none', () => {
    expect(refusedBy(plan({ noncurrentDays: 0, expiringPrefixes: [{ prefix: 'logs', days: 0.5 }] }))).toEqual(['noncurrentDays', 'expiringPrefixes[0].days']);
  });
});
