import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { FaultProxy } from './fault-proxy';
import { countShards, describeFaults, smallPlan } from './faults';
import { largeFile } from './large-file';
import { checkWhole } from './publishers';
import { RunningServer, SERVER_TIMEOUT_MS, startS3 } from './servers';
import { publish } from '../../../src/bundler/publish';
import { hashObject, newObject } from '../../../src/bundler/store';
import { S3Store } from '../../../src/bundler/stores/s3';

let server: RunningServer;
let proxy: FaultProxy;
let prefixes = 0;

const BODY = newObject(Buffer.alloc(300_000, 'x'));

/** An empty store behind the proxy. */
function emptyStore(): S3Store {
  return new S3Store(`s3://bundles/fault-${prefixes++}/`);
}

beforeAll(async () => {
  server = await startS3();
  proxy = await FaultProxy.start(server.url);
  process.env.AWS_ENDPOINT_URL_S3 = proxy.url;
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'bundles' }));
}, SERVER_TIMEOUT_MS);
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});
beforeEach(() => proxy.reset());
jest.setTimeout(60_000);

describeFaults('S3Store', { make: emptyStore, proxy: () => proxy });

test('a store that meets another writer three times is asked again', async () => {
  const store = emptyStore();
  proxy.plan = (_, seen) => (seen < 3 ? 409 : undefined);
  expect(await store.createOnly('shards/a.zip', BODY)).toBe(true);
  expect(proxy.seen).toHaveLength(4);
});

test('a store that always meets another writer is an error in the end', async () => {
  proxy.plan = () => 409;
  await expect(emptyStore().createOnly('shards/a.zip', BODY)).rejects.toMatchObject({ code: 'STORE_REFUSED', message: expect.stringContaining('ConditionalRequestConflict') });
  expect(proxy.seen).toHaveLength(6);
});

test('an upload in parts goes on over lost parts, and starts again after a conflict', async () => {
  const store = emptyStore();
  const large = largeFile(66 * 1024 * 1024);
  let conflicts = 0;
  proxy.plan = ({ method, url }, seen) => {
    if (method === 'PUT' && seen % 4 === 2) { return 'drop-request'; }
    return method === 'POST' && url!.includes('uploadId=') && conflicts++ === 0 ? 409 : undefined;
  };
  expect(await store.createOnly('shards/a.zip', large)).toBe(true);
  proxy.reset();
  expect(await hashObject(store, 'shards/a.zip')).toBe(large.sha256);
});

test('an upload in parts that is stopped leaves no object and no part', async () => {
  const store = emptyStore();
  const stop = new AbortController();
  proxy.plan = (_, seen) => {
    if (seen === 4) { stop.abort(); }
    return undefined;
  };
  await expect(store.createOnly('shards/a.zip', largeFile(66 * 1024 * 1024), stop.signal)).rejects.toThrow('aborted');
  expect(await countShards(store)).toBe(0);
  const listUploads = () => new S3Client({ forcePathStyle: true }).send(new ListMultipartUploadsCommand({ Bucket: 'bundles' }));
  let left = (await listUploads()).Uploads?.length ?? 0;
  for (let tries = 0; left > 0 && tries < 50; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    left = (await listUploads()).Uploads?.length ?? 0;
  }
  expect(left).toBe(0);
});

test('a store that always fails is an error that names the object, in bounded time', async () => {
  proxy.plan = () => 500;
  const store = emptyStore();
  const failure = { code: 'STORE_REFUSED', message: expect.stringContaining(`${store.url}shards/a.zip: the store refused (InternalError, status 500)`) };
  await expect(store.createOnly('shards/a.zip', BODY)).rejects.toMatchObject(failure);
  expect(proxy.seen).toHaveLength(7);
});

test('access denied tells what to allow', async () => {
  proxy.plan = () => 403;
  await expect(emptyStore().createOnly('shards/a.zip', BODY)).rejects.toMatchObject({ message: expect.stringContaining('access denied (AccessDenied, status 403)'), fix: expect.stringContaining('s3:PutObject') });
});

test('a bucket of another region tells what to set', async () => {
  proxy.plan = () => 301;
  await expect(emptyStore().sha256('shards/a.zip')).rejects.toMatchObject({ message: expect.stringContaining('the bucket is in another region'), fix: expect.stringContaining('AWS_REGION') });
});

test('a store that is not there tells so', async () => {
  process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9';
  try {
    await expect(emptyStore().createOnly('shards/a.zip', BODY)).rejects.toMatchObject({ message: expect.stringMatching(/the store did not answer: .*ECONNREFUSED/), fix: expect.stringContaining('AWS_ENDPOINT_URL_S3') });
  } finally {
    process.env.AWS_ENDPOINT_URL_S3 = proxy.url;
  }
}, 120_000);

test('a listing that is cut and looks complete is an error, never a shorter listing', async () => {
  const store = emptyStore();
  for (const name of ['a', 'b', 'c', 'd']) { await store.createOnly(`shards/${name}.zip`, newObject(Buffer.from(name))); }
  for (const fault of [0.3, 0.5, 0.7, 0.9, 0.99].map((share) => ({ share }))) {
    proxy.plan = () => fault;
    await expect(countShards(store)).rejects.toMatchObject({ name: 'BundleError' });
  }
});

test('a store that lies about conditions does no harm', async () => {
  const store = emptyStore();
  const plan = smallPlan();
  proxy.plan = () => 'lie';
  const [one, other] = await Promise.all([publish(plan, store, { tool: 'one 1.0.0' }), publish(plan, store, { tool: 'one 1.0.0' })]);
  expect(one.manifestSha256).toBe(other.manifestSha256);
  expect(await checkWhole(store, plan.digest)).toBe(3);
});
