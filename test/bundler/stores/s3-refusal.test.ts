import { storeRefused } from '../../../src/bundler/stores/refusal';
import { S3Store } from '../../../src/bundler/stores/s3';
import { s3Refused } from '../../../src/bundler/stores/s3-refusal';

const environment = process.env;
afterEach(() => { process.env = environment; });

test('without a region nothing is asked, and what to set is told', async () => {
  process.env = { ...environment, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  await expect(new S3Store('s3://lake/bundles/').list('shards/')[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'STORE_REFUSED',
    message: 's3://lake/bundles/shards/: no AWS region is set',
    fix: 'set AWS_REGION, or region in the AWS profile',
  });
});

test('a bucket of another region is another matter', () => {
  const error = Object.assign(new Error('moved'), { name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } });
  expect(s3Refused('s3://lake/', error).message).toBe('s3://lake/: the bucket is in another region (PermanentRedirect, status 301)');
});

test('a cause without a name of its own is told without one', () => {
  const refused = (cause: object) => storeRefused('s3://lake/', cause, 'other', {} as never).message;
  expect(refused(new Error('odd'))).toBe('s3://lake/: the store refused: odd');
  expect(refused(Object.assign(new Error('odd'), { $metadata: { httpStatusCode: 500 } }))).toBe('s3://lake/: the store refused (status 500): odd');
});
