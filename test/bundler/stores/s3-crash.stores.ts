import { spawn } from 'child_process';
import { randomBytes } from 'crypto';
import { once } from 'events';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { buildSync } from 'esbuild';
import { checkWhole } from './publishers';
import { RunningServer, SERVER_TIMEOUT_MS, startS3 } from './servers';
import { planBundle } from '../../../src/bundler/plan';
import { publish } from '../../../src/bundler/publish';
import { BundleStore } from '../../../src/bundler/store';
import { S3Store } from '../../../src/bundler/stores/s3';
import { temporaryDirectory, tree } from '../../temporary-directory';

const SEED = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const REPOSITORY = join(__dirname, '..', '..', '..');

let server: RunningServer;
let program: string;
let state = SEED;

/** The next number of a known sequence, in 0 to 1: a failure can be run again. */
function random(): number {
  state = (state * 1103515245 + 12345) % 2147483648;
  return state / 2147483648;
}

beforeAll(async () => {
  server = await startS3();
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'bundles' }));
  program = join(temporaryDirectory(), 'publisher.js');
  const entry = join(__dirname, 'publisher-process.ts');
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', outfile: program, external: ['@aws-sdk/*', '@google-cloud/*', '@azure/*'], logLevel: 'error' });
}, SERVER_TIMEOUT_MS);
afterAll(() => server?.stop());

/** Publishes in a process of its own, and kills it so long after its publish began. Resolves to whether it was still at it. */
async function publishKilled(store: BundleStore, cacheDirectory: string, paths: string[], afterMs: number) {
  const env = { ...process.env, NODE_PATH: join(REPOSITORY, 'node_modules'), NODE_NO_WARNINGS: '1' };
  const child = spawn(process.execPath, [program, store.url, cacheDirectory, ...paths], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([once(child.stdout, 'data'), ended]);
  const start = Date.now();
  await Promise.race([ended, sleep(afterMs, undefined, { ref: false })]);
  child.kill('SIGKILL');
  const [code, signal] = await ended;
  if (signal === null && code !== 0) { throw new Error(`the publisher failed with ${code}`); }
  return { isKilled: signal === 'SIGKILL', ms: Date.now() - start };
}

async function manifests(store: BundleStore): Promise<string[]> {
  const digests: string[] = [];
  for await (const { key } of store.list('manifests/')) { digests.push(key.slice('manifests/'.length, -'.json'.length)); }
  return digests;
}

/** New roots each time, of bytes that don't compress. */
function newRoots(sizes: readonly number[]): string[] {
  return sizes.map((bytes) => {
    const root = tree({});
    writeFileSync(join(root, 'm.py'), randomBytes(bytes));
    return root;
  });
}

test.each([
  ['of shards in one request each', [300_000, 300_000, 1_000_000], 100],
  ['of a shard in parts', [68 * 1024 * 1024], 5],
] as const)('a publish %s, killed at any moment: what manifests name is whole, and the next publish ends', async (_, sizes, rounds) => {
  process.stderr.write(`crash test: CRASH_SEED=${SEED}\n`);
  const store = new S3Store(`s3://bundles/crash-${rounds}/`);
  const cacheDirectory = temporaryDirectory();
  const { ms } = await publishKilled(store, cacheDirectory, newRoots(sizes), 60_000);
  let [killed, complete] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const paths = newRoots(sizes);
    const { isKilled } = await publishKilled(store, cacheDirectory, paths, random() * ms);
    killed += Number(isKilled);
    const plan = planBundle({ roots: paths.map((path) => ({ kind: 'workspace', path })), cacheDirectory });
    if ((await manifests(store)).includes(plan.digest)) {
      complete += 1;
      await checkWhole(store, plan.digest);
    }
    await publish(plan, store, { tool: 'next 1.0.0' });
    expect(await checkWhole(store, plan.digest)).toBe(sizes.length);
  }
  const digests = await manifests(store);
  expect(digests).toHaveLength(rounds + 1);
  for (const digest of digests) { await checkWhole(store, digest); }
  process.stderr.write(`crash test: ${killed} of ${rounds} publishes were killed under way, ${complete} with their manifest written (one takes ${ms} ms)\n`);
  expect(killed).toBeGreaterThan(rounds / 2);
}, 600_000);
