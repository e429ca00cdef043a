import { join } from 'path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describeStore } from './contract';
import { expectWholeAndOnce } from './large-file';
import { collectsGarbage, publishersAtOnce } from './publishers';
import { RunningServer, SERVER_TIMEOUT_MS, startS3, TEST_KEY } from './servers';
import { newObject } from '../../../src/bundler/store';
import { S3Store } from '../../../src/bundler/stores/s3';

let server: RunningServer;
let prefixes = 0;

function emptyStore(): S3Store {
  return new S3Store(`s3://bundles/test-${prefixes++}/`);
}

function client(): S3Client {
  return new S3Client({ forcePathStyle: true });
}

beforeAll(async () => {
  server = await startS3();
  await client().send(new CreateBucketCommand({ Bucket: 'bundles' }));
}, SERVER_TIMEOUT_MS);
afterAll(() => server?.stop());
beforeEach(() => { process.env.AWS_SECRET_ACCESS_KEY = TEST_KEY.secret; });

describeStore('S3Store', emptyStore);
publishersAtOnce('S3Store', emptyStore);
collectsGarbage('S3Store', emptyStore);

test('a listing goes on over all of its pages', async () => {
  const store = emptyStore();
  const names = Array.from({ length: 1203 }, (_, index) => `shards/${String(index).padStart(5, '0')}.zip`);
  for (let at = 0; at < names.length; at += 50) {
    await Promise.all(names.slice(at, at + 50).map((name) => store.createOnly(name, newObject(Buffer.from(name)))));
  }
  const found: string[] = [];
  for await (const { key } of store.list('shards/')) { found.push(key); }
  expect(found.sort()).toEqual(names);
}, 60_000);

test('a file over the limit of one PUT goes up in parts, whole and once', () => expectWholeAndOnce(emptyStore()), 60_000);

test('bytes that are not what they are said to be are refused', async () => {
  const store = emptyStore();
  const lie = { ...newObject(Buffer.from('hello')), sha256: newObject(Buffer.from('other')).sha256 };
  await expect(store.createOnly('shards/a.zip', lie)).rejects.toMatchObject({ code: 'STORE_REFUSED', message: expect.stringContaining('BadDigest') });
});

test('an object that something else wrote is hashed from its bytes', async () => {
  const store = emptyStore();
  await client().send(new PutObjectCommand({ Bucket: 'bundles', Key: `${store.url.slice('s3://bundles/'.length)}shards/a.zip`, Body: 'hello' }));
  expect(await store.sha256('shards/a.zip')).toBe(newObject(Buffer.from('hello')).sha256);
});

test('a wrong secret is told, and not printed', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'wrong-secret-wrong-secret';
  const store = emptyStore();
  const failure = await store.createOnly('shards/a.zip', newObject(Buffer.from('1'))).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: 'STORE_REFUSED', message: `${store.url}shards/a.zip: the credentials were refused (SignatureDoesNotMatch, status 403)` });
  expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('wrong-secret');
});

test('a bucket that does not exist is told', async () => {
  const store = new S3Store('s3://no-such-bucket/x/');
  const failure = { code: 'STORE_REFUSED', message: expect.stringContaining('the bucket or container does not exist (NoSuchBucket, status 404)') };
  await expect(store.createOnly('shards/a.zip', newObject(Buffer.from('1')))).rejects.toMatchObject(failure);
  await expect(store.list('shards/')[Symbol.asyncIterator]().next()).rejects.toMatchObject(failure);
});

/** Does something without some variables of the environment, and without the files of the user. */
async function without<T>(names: string[], work: () => Promise<T>): Promise<T> {
  const before = process.env;
  const none = join(__dirname, 'none');
  process.env = { ...before, AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none };
  names.forEach((name) => delete process.env[name]);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

test('missing credentials are told', async () => {
  const failure = without(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], () => emptyStore().sha256('shards/a.zip'));
  await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('no credentials were found'), fix: expect.stringContaining('aws sso login') });
});

test('a missing region is told', async () => {
  const failure = without(['AWS_REGION', 'AWS_DEFAULT_REGION'], () => emptyStore().createOnly('shards/a.zip', newObject(Buffer.from('1'))));
  await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('no AWS region is set'), fix: 'set AWS_REGION, or region in the AWS profile' });
});
