import { appendFileSync, cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'fs';
import { join } from 'path';
import { sha256 } from '../../src/bundler/content-key';
import { parseManifest } from '../../src/bundler/manifest';
import { BundlePlan, planBundle } from '../../src/bundler/plan';
import { missingShards, publish } from '../../src/bundler/publish';
import { manifestKey, newObject, readAll, shardKey } from '../../src/bundler/store';
import { LocalStore } from '../../src/bundler/stores/local';
import { formatValidator } from '../../src/descriptor/format';
import { temporaryDirectory, tree } from '../temporary-directory';

const TOOL = { tool: 'test 1.0.0' };

function planOf(...paths: string[]): BundlePlan {
  return planBundle({ roots: paths.map((path, index) => ({ kind: index === 0 ? 'workspace' : 'other', path })), cacheDirectory: temporaryDirectory() });
}

function emptyStore(): LocalStore & { path: string } {
  const path = join(temporaryDirectory(), 'store');
  return Object.assign(new LocalStore(path), { path });
}

test('the manifest follows its schema, and names zips that are there, byte for byte', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' }));
  const published = await publish(plan, store, TOOL);
  const bytes = await readAll(store, manifestKey(plan.digest));
  expect(published.manifestSha256).toBe(sha256(bytes));
  const validate = formatValidator('bundle-manifest');
  expect([validate(JSON.parse(bytes.toString())), validate.errors]).toEqual([true, null]);
  for (const { key, zipBytes, zipSha256 } of parseManifest(bytes, '').roots.flatMap(({ shards }) => shards)) {
    const zip = await readAll(store, shardKey(key));
    expect([zip.length, sha256(zip)]).toEqual([zipBytes, zipSha256]);
  }
});

test('the manifest tells nothing of this machine', async () => {
  const store = emptyStore();
  const root = tree({ 'a.py': '' });
  const plan = planOf(root);
  await publish(plan, store, TOOL);
  expect((await readAll(store, manifestKey(plan.digest))).toString()).not.toContain(root);
});

test('published again, nothing ships', async () => {
  const store = emptyStore();
  const root = tree({ 'a.py': 'x = 1\n' });
  const first = await publish(planOf(root), store, TOOL);
  const second = await publish(planOf(root), store, { tool: 'another release' });
  expect(first).toMatchObject({ shards: 1, publishedShards: 1 });
  expect(second).toMatchObject({ shards: 1, publishedShards: 0, shippedBytes: 0, manifestSha256: first.manifestSha256 });
});

test('a fresh clone publishes nothing', async () => {
  const store = emptyStore();
  const root = tree({ 'a.py': 'x = 1\n' });
  await publish(planOf(root), store, TOOL);
  const clone = join(temporaryDirectory(), 'clone');
  cpSync(root, clone, { recursive: true });
  expect(await missingShards(planOf(clone), store)).toEqual([]);
});

test('an edited file publishes one shard', async () => {
  const store = emptyStore();
  const [workspace, library] = [tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' })];
  await publish(planOf(workspace, library), store, TOOL);
  appendFileSync(join(workspace, 'a.py'), 'z = 3\n');
  expect(await publish(planOf(workspace, library), store, TOOL)).toMatchObject({ shards: 2, publishedShards: 1 });
});

test('the same shard in two roots ships once', async () => {
  const store = emptyStore();
  expect(await publish(planOf(tree({ 'a.py': 'x' }), tree({ 'a.py': 'x' })), store, TOOL)).toMatchObject({ shards: 1, publishedShards: 1 });
});

test('two publishers at once end with one content', async () => {
  const store = emptyStore();
  const root = tree(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`m${index}.py`, `x = ${index}\n`])));
  const plan = planOf(root);
  const results = await Promise.all(Array.from({ length: 5 }, () => publish(plan, store, TOOL)));
  expect(new Set(results.map(({ manifestSha256 }) => manifestSha256)).size).toBe(1);
  expect(results.reduce((sum, { publishedShards }) => sum + publishedShards, 0)).toBe(1);
});

test('of two publishers at once both say what was missing when they began, and only one that it published it', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }));
  const slow = new LateStore(store.path);
  const late = publish(plan, slow, TOOL);
  await slow.asked; // it has listed the store, and packed
  const early = await publish(plan, store, TOOL);
  slow.goOn();
  expect([early, await late].map(({ missingShards: missing, publishedShards }) => [missing, publishedShards])).toEqual([[1, 1], [1, 0]]);
  expect(await publish(plan, store, TOOL)).toMatchObject({ missingShards: 0, publishedShards: 0 });
});

/** Writes to a directory only when it is told to go on. */
class LateStore extends LocalStore {
  public goOn!: () => void;
  public readonly asked: Promise<void>;
  private ask!: () => void;
  private readonly told: Promise<void>;

  constructor(path: string) {
    super(path);
    this.asked = new Promise((resolve) => { this.ask = resolve; });
    this.told = new Promise((resolve) => { this.goOn = resolve; });
  }

  public async createOnly(...args: Parameters<LocalStore['createOnly']>): Promise<boolean> {
    this.ask();
    await this.told;
    return super.createOnly(...args);
  }
}

test('a publish that was killed before its manifest goes on from the shards that are there', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' }));
  await publish(plan, store, TOOL);
  rmSync(join(store.path, 'manifests'), { recursive: true });
  rmSync(join(store.path, shardKey(plan.roots[1].shards[0].key)));
  const again = await publish(plan, store, TOOL);
  expect(again.publishedShards).toBe(1);
  expect(readdirSync(join(store.path, 'manifests'))).toEqual([`${plan.digest}.json`]);
});

test('a shard that was deleted is published again', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }));
  const first = await publish(plan, store, TOOL);
  rmSync(join(store.path, shardKey(plan.roots[0].shards[0].key)));
  expect(await publish(plan, store, TOOL)).toMatchObject({ publishedShards: 1, manifestSha256: first.manifestSha256 });
});

test('a shard of the wrong size is an error that names it', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }));
  await publish(plan, store, TOOL);
  const key = shardKey(plan.roots[0].shards[0].key);
  truncateSync(join(store.path, key), 10);
  await expect(publish(plan, store, TOOL)).rejects.toThrow(`${store.url}${key}: got 10 bytes, the manifest says`);
});

test('a file that changed since it was hashed stops the publish, and no manifest is written', async () => {
  const store = emptyStore();
  const root = tree({ 'a.py': 'x = 1\n' });
  const plan = planOf(root);
  writeFileSync(join(root, 'a.py'), 'x = 2\n');
  await expect(publish(plan, store, TOOL)).rejects.toThrow(`${join(root, 'a.py')} changed since it was hashed`);
  expect(await missingShards(plan, store)).toHaveLength(1);
});

test('a manifest that is not JSON or of another format is an error', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': '' }));
  await store.createOnly(manifestKey(plan.digest), newObject(Buffer.from('{"schema":"bundle-manifest/v2"}')));
  await expect(publish(plan, store, TOOL)).rejects.toThrow('got format "bundle-manifest/v2", expected bundle-manifest/v1');
});

test('progress ends where it should, and an abort stops', async () => {
  const seen: number[] = [];
  await publish(planOf(tree({ 'a.py': 'abc' })), emptyStore(), { ...TOOL, onProgress: ({ bytesDone }) => seen.push(bytesDone) });
  expect(seen).toEqual([0, 3]);
  await expect(publish(planOf(tree({ 'a.py': 'abc' })), emptyStore(), { ...TOOL, signal: AbortSignal.abort() })).rejects.toThrow();
});

test('a shard that a garbage collection takes just before the manifest is put back', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' }));
  const [taken, kept] = plan.roots.map(({ shards }) => shardKey(shards[0].key));
  const createOnly = store.createOnly.bind(store);
  jest.spyOn(store, 'createOnly').mockImplementation(async (key, object, signal) => {
    if (key.startsWith('manifests/')) { rmSync(join(store.path, taken)); }
    return createOnly(key, object, signal);
  });
  await publish(plan, store, TOOL);
  expect(readdirSync(join(store.path, 'shards')).sort()).toEqual([taken, kept].map((key) => key.replace('shards/', '')).sort());
});
