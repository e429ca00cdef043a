import { utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import { manifestKey, newObject, shardKey, singleKey } from '../../src/bundler/store';
import { LocalStore } from '../../src/bundler/stores/local';
import { gcCommand, GcOptions } from '../../src/cli/commands/gc';
import { Io } from '../../src/cli/io';
import { timeSpan } from '../../src/cli/time-span';
import { STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL } from '../../src/descriptor/stack-descriptor';
import { STACK } from '../submitter/sample';
import { temporaryDirectory } from '../temporary-directory';

const DEPLOYED = 'a'.repeat(64);
const GONE = 'b'.repeat(64);
const LONG_AGO = new Date(Date.now() - 40 * 86_400_000);

/** A store with the bundle of a stack and one that no stack names, both old, and that stack's folder. */
async function world() {
  const path = join(temporaryDirectory(), 'store');
  const store = new LocalStore(path);
  for (const [digest, shard] of [[DEPLOYED, 'one'], [GONE, 'two']]) {
    await store.createOnly(shardKey(shard), newObject(Buffer.from('zip')));
    await store.createOnly(manifestKey(digest), newObject(Buffer.from(JSON.stringify({ schema: 'bundle-manifest/v1', roots: [{ shards: [{ key: shard }] }] }))));
    [shardKey(shard), manifestKey(digest)].forEach((key) => utimesSync(join(path, key), LONG_AGO, LONG_AGO));
  }
  return { store, stack: stackFolder(store.url) };
}

function stackFolder(store: string): string {
  const folder = temporaryDirectory();
  const metadata = { name: 'stack', labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } };
  const data = { [STACK_DESCRIPTOR_KEY]: JSON.stringify({ ...STACK, bundle: { digest: DEPLOYED, store } }) };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }));
  return folder;
}

async function gc(options: Partial<GcOptions> & { store: string }): Promise<{ code: number; stdout: string }> {
  let stdout = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => { stdout += String(text); return true; });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const all: GcOptions = { output: 'text', stack: [], olderThan: timeSpan('30d'), grace: 0, ...options };
  try {
    return { code: await gcCommand(new Io(all.output, false), all), stdout };
  } finally {
    jest.restoreAllMocks();
  }
}

test('it lists what no stack names, and deletes nothing', async () => {
  const { store, stack } = await world();
  const { code, stdout } = await gc({ store: store.url, stack: [stack] });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^manifests\/b{64}\.json +\d+ B +40 d old$/),
    expect.stringMatching(/^shards\/two\.zip +3 B +40 d old$/),
    expect.stringMatching(/^1 manifest and 1 shard, \d+ B, could be deleted: gc --delete; runtime\/ and single\/ are kept$/),
    '',
  ]);
  expect(await store.sha256(shardKey('two'))).toHaveLength(64);
});

test('with --delete it is gone, and the bundle of the stack is whole', async () => {
  const { store, stack } = await world();
  const { stdout } = await gc({ store: store.url, stack: [stack], delete: true, output: 'json' });
  expect(JSON.parse(stdout)).toMatchObject({ manifests: 1, shards: 1, spared: [], publishAgain: [] });
  await expect(store.sha256(shardKey('two'))).rejects.toThrow('is not there');
  expect(await store.sha256(shardKey('one'))).toHaveLength(64);
  expect((await gc({ store: store.url, stack: [stack] })).stdout).toBe('nothing to delete; runtime/ and single/ are kept\n');
});

test('stacks that use another store are no licence to delete from this one', async () => {
  const { store } = await world();
  const stranger = stackFolder('s3://acme-bundles/');
  await expect(gc({ store: store.url, stack: [stranger], delete: true })).rejects.toMatchObject({ code: 'STORE_UNUSED', message: `got 1 stack, expected one that keeps its bundle in ${store.url}` });
});

test('zips of whole roots are kept, unless an age is given for them; a store with nothing else needs no stack', async () => {
  const path = join(temporaryDirectory(), 'store');
  const store = new LocalStore(path);
  await store.createOnly(singleKey('r'), newObject(Buffer.from('zip')));
  utimesSync(join(path, singleKey('r')), LONG_AGO, LONG_AGO);
  expect((await gc({ store: store.url })).stdout).toBe('nothing to delete; runtime/ and single/ are kept\n');
  expect((await gc({ store: store.url, singleOlderThan: timeSpan('41d') })).stdout).toBe('nothing to delete; runtime/ is kept\n');
  expect((await gc({ store: store.url, singleOlderThan: timeSpan('39d') })).stdout).toContain('0 manifests, 0 shards and 1 whole root, 3 B, could be deleted');
  expect((await gc({ store: store.url, singleOlderThan: timeSpan('39d'), delete: true })).stdout).toBe('deleted 0 manifests, 0 shards and 1 whole root, 3 B\n');
  expect((await gc({ store: store.url, singleOlderThan: timeSpan('39d') })).stdout).toBe('nothing to delete; runtime/ is kept\n');
});

test.each([['90s', 90_000], ['1.5h', 5_400_000], ['30d', 2_592_000_000], ['4w', 2_419_200_000]])('%s is %d ms', (text, expected) => {
  expect(timeSpan(text)).toBe(expected);
});

test.each(['30', 'd', '-1d', '1y', ''])('%j is no length of time', (text) => {
  expect(() => timeSpan(text)).toThrow('such as 90s, 15m, 12h, 30d or 4w');
});
