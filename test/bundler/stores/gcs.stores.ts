import { setTimeout as sleep } from 'timers/promises';
import { describeStore } from './contract';
import { FaultProxy } from './fault-proxy';
import { describeFaults } from './faults';
import { largeFile } from './large-file';
import { collectsGarbage, publishersAtOnce } from './publishers';
import { RunningServer, SERVER_TIMEOUT_MS, startGcs } from './servers';
import { hashObject, newObject } from '../../../src/bundler/store';
import { GcsStore } from '../../../src/bundler/stores/gcs';

/** In bad weather. */
const PATIENCE_MS = 15_000;

let server: RunningServer;
let proxy: FaultProxy;
let prefixes = 0;

function emptyStore(): GcsStore {
  return new GcsStore(`gs://bundles/test-${prefixes++}/`);
}

async function post(path: string, body: string): Promise<void> {
  const { status } = await fetch(server.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(status).toBe(200);
}

beforeAll(async () => {
  server = await startGcs();
  await post('/storage/v1/b?project=test', '{"name":"bundles"}');
  proxy = await FaultProxy.start(server.url);
  process.env.STORAGE_EMULATOR_HOST = proxy.url;
}, SERVER_TIMEOUT_MS);
afterAll(async () => {
  await sleep(PATIENCE_MS); // what a failed publish left to the SDK may be sent again so long, with modules that are gone after this file
  await proxy?.stop();
  await server?.stop();
}, 2 * PATIENCE_MS);
jest.setTimeout(60_000);

describeStore('GcsStore', emptyStore);
publishersAtOnce('GcsStore', emptyStore);
collectsGarbage('GcsStore', emptyStore);
describeFaults('GcsStore', { make: () => new GcsStore(emptyStore().url, PATIENCE_MS), proxy: () => proxy, rounds: 2 });

test('a file over the limit of one request goes up in chunks, whole and once', async () => {
  const store = emptyStore();
  const large = largeFile(20 * 1024 * 1024);
  expect(await store.createOnly('shards/a.zip', large)).toBe(true);
  expect(await store.createOnly('shards/a.zip', large)).toBe(false);
  expect(await hashObject(store, 'shards/a.zip')).toBe(large.sha256);
}, 60_000);

test('an object that something else wrote is hashed from its bytes', async () => {
  const store = emptyStore();
  const name = encodeURIComponent(`${store.url.slice('gs://bundles/'.length)}shards/a.zip`);
  await post(`/upload/storage/v1/b/bundles/o?uploadType=media&name=${name}`, 'hello');
  expect(await store.sha256('shards/a.zip')).toBe(newObject(Buffer.from('hello')).sha256);
});

test('a bucket that does not exist is told', async () => {
  const store = new GcsStore('gs://no-such-bucket/x/');
  const failure = { code: 'STORE_REFUSED', message: expect.stringContaining('the bucket or container does not exist (') };
  await expect(store.list('shards/')[Symbol.asyncIterator]().next()).rejects.toMatchObject(failure);
  await expect(store.createOnly('shards/a.zip', newObject(Buffer.from('1')))).rejects.toMatchObject(failure);
});
