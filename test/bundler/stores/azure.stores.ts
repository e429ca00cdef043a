import { BlobServiceClient } from '@azure/storage-blob';
import { describeStore } from './contract';
import { FaultProxy } from './fault-proxy';
import { describeFaults } from './faults';
import { expectWholeAndOnce } from './large-file';
import { collectsGarbage, publishersAtOnce } from './publishers';
import { RunningServer, SERVER_TIMEOUT_MS, startAzure } from './servers';
import { newObject } from '../../../src/bundler/store';
import { AzureStore } from '../../../src/bundler/stores/azure';

let server: RunningServer & { account: string };
let connection: string;
let proxy: FaultProxy;
let prefixes = 0;

function emptyStore(): AzureStore {
  return new AzureStore(`az://${server.account}/bundles/test-${prefixes++}/`);
}

beforeAll(async () => {
  server = await startAzure();
  proxy = await FaultProxy.start(server.url);
  connection = process.env.AZURE_STORAGE_CONNECTION_STRING!.replace(server.url, proxy.url);
  await BlobServiceClient.fromConnectionString(connection).getContainerClient('bundles').create();
}, SERVER_TIMEOUT_MS);
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});
jest.setTimeout(60_000);
beforeEach(() => { process.env.AZURE_STORAGE_CONNECTION_STRING = connection; });

describeStore('AzureStore', emptyStore);
publishersAtOnce('AzureStore', emptyStore);
collectsGarbage('AzureStore', emptyStore);
describeFaults('AzureStore', { make: emptyStore, proxy: () => proxy });

test('a file over the limit of one request goes up in blocks, whole and once', () => expectWholeAndOnce(emptyStore()), 60_000);

test('an object that something else wrote is hashed from its bytes', async () => {
  const store = emptyStore();
  const blob = BlobServiceClient.fromConnectionString(connection).getContainerClient('bundles').getBlockBlobClient(`${store.url.split('/bundles/')[1]}shards/a.zip`);
  await blob.upload('hello', 5);
  expect(await store.sha256('shards/a.zip')).toBe(newObject(Buffer.from('hello')).sha256);
});

test('a wrong key is told, and not printed', async () => {
  const wrong = Buffer.from('wrong-key-wrong-key').toString('base64');
  process.env.AZURE_STORAGE_CONNECTION_STRING = connection.replace(/AccountKey=[^;]+/, `AccountKey=${wrong}`);
  const failure = await emptyStore().createOnly('shards/a.zip', newObject(Buffer.from('1'))).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: 'STORE_REFUSED', message: expect.stringMatching(/(the credentials were refused|access denied) \(\w+, status 403\)$/) });
  expect(JSON.stringify([failure, (failure as Error).message])).not.toContain(wrong);
});

test('a connection string of another account is told', async () => {
  await expect(new AzureStore('az://acme/bundles/').sha256('shards/a.zip')).rejects.toThrow(`is of account ${server.account}, expected acme`);
});

test('without a connection string the identity package is asked for', async () => {
  delete process.env.AZURE_STORAGE_CONNECTION_STRING;
  await expect(emptyStore().sha256('shards/a.zip')).rejects.toMatchObject({ code: 'SDK_MISSING', fix: 'npm install @azure/storage-blob @azure/identity' });
});

test('a container that does not exist is told', async () => {
  const store = new AzureStore(`az://${server.account}/no-such-container/`);
  const failure = { code: 'STORE_REFUSED', message: expect.stringContaining('the bucket or container does not exist (ContainerNotFound, status 404)') };
  await expect(store.createOnly('shards/a.zip', newObject(Buffer.from('1')))).rejects.toMatchObject(failure);
  await expect(store.list('shards/')[Symbol.asyncIterator]().next()).rejects.toMatchObject(failure);
});
