import { execFile } from 'child_process';
import { join } from 'path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import { planBundle } from '../../src/bundler/plan';
import { publish, Published } from '../../src/bundler/publish';
import { BundleStore } from '../../src/bundler/store';
import { openStore } from '../../src/bundler/stores/open-store';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { RunningServer, SERVER_TIMEOUT_MS, startAzure, startGcs, startS3, TEST_KEY } from '../bundler/stores/servers';
import { temporaryDirectory, tree } from '../temporary-directory';

const RUNTIME = join(__dirname, '..', '..', 'runtime', 'src');

/** Makes the bundle importable, as a worker does when it starts, and tells what it then is. */
const PROGRAM = `
import json, sys
from pathlib import Path
from backfill_runtime import bootstrap
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BundleRef
store, digest, manifest, cache = sys.argv[1:]
try:
    roots = bootstrap.ensure_unpacked(BundleRef(store, digest, manifest), Path(cache))
except JobError as error:
    print(json.dumps({"code": error.code, "message": error.message}))
else:
    sys.path[:0] = map(str, roots)
    import feature
    libraries = [name for name in ("boto3", "google.cloud.storage", "azure.storage.blob", "pyarrow") if name in sys.modules]
    print(json.dumps({"value": feature.VALUE, "large": (roots[0] / "large.bin").stat().st_size, "libraries": libraries}))
`;

const LARGE_BYTES = 40 * 2 ** 20;

const servers: RunningServer[] = [];
let python: string;
let azureAccount: string;

beforeAll(async () => {
  python = (await managedEnvironment(findInterpreter(), 'requirements-dev.lock', () => undefined)).python;
  const gcs = await startGcs();
  const azure = await startAzure();
  servers.push(await startS3(), gcs, azure);
  azureAccount = azure.account;
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'bundles' }));
  await fetch(`${gcs.url}/storage/v1/b?project=test`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'bundles' }) });
  await BlobServiceClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING!).createContainer('bundles');
}, SERVER_TIMEOUT_MS);
afterAll(() => Promise.all(servers.map((server) => server.stop())));

interface Outcome {
  readonly value?: number;
  readonly large?: number;
  /** Imported where user code runs: none, as the bundle may bring its own. */
  readonly libraries?: string[];
  readonly code?: string;
  readonly message?: string;
}

/** Each way to read a store, and the package without which the other way is taken. */
const WAYS = [
  ['s3', 'boto3', undefined], ['s3', 'pyarrow', 'boto3'],
  ['gs', 'google-cloud-storage', undefined], ['gs', 'pyarrow', 'google'],
  ['az', 'azure-storage-blob', undefined], ['az', 'pyarrow', 'azure'],
] as const;

let stores = 0;

function emptyStore(scheme: string, container = 'bundles'): BundleStore {
  return openStore(`${scheme}://${scheme === 'az' ? `${azureAccount}/` : ''}${container}/test-${stores++}/`);
}

async function published(store: BundleStore): Promise<Published> {
  const root = tree({ 'feature.py': 'VALUE = 42\n', 'large.bin': Buffer.alloc(LARGE_BYTES, 'large ') });
  return publish(planBundle({ roots: [{ kind: 'workspace', path: root }], cacheDirectory: temporaryDirectory() }), store, { tool: 'test 1.0.0' });
}

/** In an image without that package: whatever is imported from the path comes before what is installed. */
function unpack(url: string, { digest, manifestSha256 }: Pick<Published, 'digest' | 'manifestSha256'>, without?: string, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const absent = without === undefined ? [] : [tree({ [`${without}/__init__.py`]: 'raise ImportError("not in this image")\n' })];
  const env = { ...process.env, ...environment, PYTHONPATH: [RUNTIME, ...absent, environment.PYTHONPATH ?? ''].filter(Boolean).join(':') };
  return new Promise((resolve, reject) => {
    execFile(python, ['-c', PROGRAM, url, digest, manifestSha256, temporaryDirectory()], { env }, (error, stdout, stderr) => {
      if (error) {
        reject(new Error(stderr));
      } else {
        resolve(JSON.parse(stdout) as Outcome);
      }
    });
  });
}

describe.each(WAYS)('a bundle in %s://, read with %s', (scheme, _, without) => {
  test('is importable, and the library that read it is not', async () => {
    const store = emptyStore(scheme);
    expect(await unpack(store.url, await published(store), without)).toEqual({ value: 42, large: LARGE_BYTES, libraries: [] });
  }, 120_000);

  test('a manifest or a shard that is gone is told by its name', async () => {
    const store = emptyStore(scheme);
    const bundle = await published(store);
    const shards: string[] = [];
    for await (const { key } of store.list('shards/')) { shards.push(key); }
    await store.delete(shards[0]);
    const shardless = await unpack(store.url, bundle, without);
    expect([shardless.code, shardless.message]).toEqual(['SHARD_MISSING', expect.stringContaining(`${shards[0]} is not in ${store.url}`)]);
    expect(await unpack(emptyStore(scheme).url, bundle, without)).toMatchObject({ code: 'BUNDLE_MANIFEST_MISSING' });
  }, 120_000);

  test('a bucket that does not exist is a refusal', async () => {
    const failure = await unpack(emptyStore(scheme, 'no-such-bucket').url, { digest: 'a'.repeat(64), manifestSha256: 'b'.repeat(64) }, without);
    expect([failure.code, failure.message]).toEqual(['STORE_REFUSED', expect.stringContaining('no-such-bucket')]);
  }, 120_000);
});

test.each([[undefined], ['boto3']])('a wrong secret is a refusal that does not print it (without %s)', async (without) => {
  const store = emptyStore('s3');
  const failure = await unpack(store.url, await published(store), without, { AWS_SECRET_ACCESS_KEY: `wrong-${TEST_KEY.secret}` });
  expect(failure.code).toBe('STORE_REFUSED');
  expect(JSON.stringify(failure)).not.toContain(TEST_KEY.secret);
}, 120_000);

test.each([[undefined], ['boto3']])('a store that does not answer is tried again, then told (without %s)', async (without) => {
  const failure = await unpack('s3://bundles/x/', { digest: 'a'.repeat(64), manifestSha256: 'b'.repeat(64) }, without, { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' });
  expect([failure.code, failure.message]).toEqual(['STORE_UNREACHABLE', expect.stringContaining('3 attempts')]);
}, 180_000);

test('an image that can not read the store says what to install', async () => {
  const absent = tree({ 'boto3/__init__.py': 'raise ImportError("no")\n', 'pyarrow/__init__.py': 'raise ImportError("no")\n' });
  const failure = await unpack('s3://bundles/x/', { digest: 'a'.repeat(64), manifestSha256: 'b'.repeat(64) }, undefined, { PYTHONPATH: absent });
  expect(failure.code).toBe('STORE_CLIENT_MISSING');
});
