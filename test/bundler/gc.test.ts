import { utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import fc from 'fast-check';
import { collectGarbage, garbage, GarbageQuery } from '../../src/bundler/gc';
import { parseManifest } from '../../src/bundler/manifest';
import { BundleStore, manifestKey, newObject, readAll, runtimeKey, shardKey, singleKey } from '../../src/bundler/store';
import { LocalStore } from '../../src/bundler/stores/local';
import { temporaryDirectory } from '../temporary-directory';

const DAY = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
const QUERY: GarbageQuery = { keepBundles: [], olderThanMs: 30 * DAY, now: NOW };
const AT_ONCE = { graceMs: 0 };

/** A store whose objects are as old as a test says. */
class AgedStore extends LocalStore {
  constructor(private readonly path = join(temporaryDirectory(), 'store')) { super(path); }

  public async add(key: string, days: number, body = key): Promise<void> {
    await this.createOnly(key, newObject(Buffer.from(body)));
    const at = new Date(NOW.getTime() - days * DAY);
    utimesSync(join(this.path, key), at, at);
  }

  public async addBundle(name: string, days: number, shards: readonly string[]): Promise<void> {
    for (const shard of shards) { await this.add(shardKey(shard), days); }
    await this.add(manifestKey(name), days, manifest(shards));
  }
}

function manifest(shards: readonly string[]): string {
  return JSON.stringify({ schema: 'bundle-manifest/v1', roots: [{ shards: shards.map((key) => ({ key })) }] });
}

async function keys(store: BundleStore): Promise<string[]> {
  const all: string[] = [];
  for (const prefix of ['manifests/', 'runtime/', 'shards/', 'single/']) {
    for await (const { key } of store.list(prefix)) { all.push(key); }
  }
  return all;
}

async function found(store: BundleStore, query: Partial<GarbageQuery> = {}): Promise<string[]> {
  const { manifests, shards, singles } = await garbage(store, { ...QUERY, ...query });
  return [...manifests, ...shards, ...singles].map(({ key }) => key);
}

test('an empty store has no garbage', async () => {
  expect(await found(new AgedStore())).toEqual([]);
});

test('an old shard that no manifest names is garbage, a young one may belong to a publish under way', async () => {
  const store = new AgedStore();
  await store.add(shardKey('old'), 31);
  await store.add(shardKey('young'), 29);
  expect(await found(store)).toEqual(['shards/old.zip']);
});

describe('zips of whole roots', () => {
  /** One whose root a bundle of a stack has too, one that nothing names, and a young one. */
  async function world(): Promise<AgedStore> {
    const store = new AgedStore();
    await store.add(manifestKey('kept'), 90, JSON.stringify({ schema: 'bundle-manifest/v1', roots: [{ digest: 'shared', shards: [] }] }));
    for (const [root, days] of [['shared', 90], ['alone', 90], ['young', 20]] as const) { await store.add(singleKey(root), days); }
    return store;
  }

  test('are kept unless somebody says from which age on they are garbage', async () => {
    const store = await world();
    expect(await found(store, { keepBundles: ['kept'] })).toEqual([]);
    expect(await found(store, { keepBundles: ['kept'], singleOlderThanMs: 60 * DAY })).toEqual(['single/alone.zip']);
    expect(await found(store, { keepBundles: ['kept'], singleOlderThanMs: 100 * DAY })).toEqual([]);
  });

  test('are collected, but not one that a bundle names which was published meanwhile', async () => {
    const store = await world();
    await store.add(singleKey('meanwhile'), 90);
    const query = { ...QUERY, keepBundles: ['kept'], singleOlderThanMs: 60 * DAY };
    const collecting = collectGarbage(store, query, { graceMs: 300 });
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    await store.add(manifestKey('new'), 0, JSON.stringify({ schema: 'bundle-manifest/v1', roots: [{ digest: 'meanwhile', shards: [] }] }));
    expect(await collecting).toMatchObject({ manifests: 0, shards: 0, singles: 1, spared: ['single/meanwhile.zip'], publishAgain: [] });
    expect(await keys(store)).toEqual(['manifests/kept.json', 'manifests/new.json', 'single/meanwhile.zip', 'single/shared.zip', 'single/young.zip']);
  });
});

test('an old manifest that no stack names is garbage with the shards that only it names', async () => {
  const store = new AgedStore();
  await store.addBundle('gone', 31, ['shared', 'alone']);
  await store.addBundle('deployed', 90, ['deployed', 'shared']);
  await store.addBundle('recent', 2, ['recent', 'shared']);
  expect(await found(store, { keepBundles: ['deployed'] })).toEqual(['manifests/gone.json', 'shards/alone.zip']);
});

test('a listing deletes nothing', async () => {
  const store = new AgedStore();
  await store.addBundle('gone', 31, ['a']);
  await garbage(store, QUERY);
  expect(await keys(store)).toEqual(['manifests/gone.json', 'shards/a.zip']);
});

test('zips of the runtime are kept', async () => {
  const store = new AgedStore();
  await store.add(runtimeKey('x'), 900);
  await collectGarbage(store, QUERY, AT_ONCE);
  expect(await keys(store)).toEqual(['runtime/x.zip']);
});

test('manifests go before their shards', async () => {
  const order: string[] = [];
  const store = new class extends AgedStore {
    public async delete(key: string): Promise<void> {
      order.push(key);
      await super.delete(key);
    }
  }();
  await store.addBundle('gone', 31, ['a', 'b']);
  expect(await collectGarbage(store, QUERY, AT_ONCE)).toMatchObject({ manifests: 1, shards: 2, bytes: manifest(['a', 'b']).length + 2 * 'shards/a.zip'.length });
  expect(order).toEqual(['manifests/gone.json', 'shards/a.zip', 'shards/b.zip']);
});

test('a manifest that is written between the mark and the sweep keeps its shards', async () => {
  const store = new AgedStore();
  await store.addBundle('gone', 31, ['reused', 'alone']);
  const collecting = collectGarbage(store, QUERY, { graceMs: 300 });
  setTimeout(() => void store.createOnly(manifestKey('new'), newObject(Buffer.from(manifest(['reused'])))), 100);
  expect(await collecting).toMatchObject({ manifests: 1, shards: 1, spared: ['shards/reused.zip'], publishAgain: [] });
  expect(await keys(store)).toEqual(['manifests/new.json', 'shards/reused.zip']);
});

test('a shard that was written anew between the mark and the sweep is kept', async () => {
  const store = new AgedStore();
  await store.add(shardKey('a'), 31);
  const collecting = collectGarbage(store, QUERY, { graceMs: 300 });
  setTimeout(() => void store.delete(shardKey('a')).then(() => store.createOnly(shardKey('a'), newObject(Buffer.from('1')))), 100);
  expect(await collecting).toMatchObject({ shards: 0, spared: [] });
  expect(await keys(store)).toEqual(['shards/a.zip']);
});

test('a bundle that is published while its shard is deleted is told', async () => {
  const store = new class extends AgedStore {
    public async delete(key: string): Promise<void> {
      await this.createOnly(manifestKey('new'), newObject(Buffer.from(manifest(['a']))));
      await super.delete(key);
    }
  }();
  await store.add(shardKey('a'), 31);
  expect(await collectGarbage(store, QUERY, AT_ONCE)).toMatchObject({ shards: 1, publishAgain: ['new'] });
});

test('a manifest that can not be read stops everything', async () => {
  const path = join(temporaryDirectory(), 'store');
  const store = new AgedStore(path);
  await store.addBundle('gone', 31, ['a']);
  await store.addBundle('damaged', 1, ['b']);
  writeFileSync(join(path, manifestKey('damaged')), '{');
  await expect(collectGarbage(store, QUERY, AT_ONCE)).rejects.toMatchObject({ code: 'MANIFEST_DAMAGED' });
  expect(await keys(store)).toHaveLength(4);
});

test('stopped while it waits, it has deleted nothing', async () => {
  const store = new AgedStore();
  await store.addBundle('gone', 31, ['a']);
  await expect(collectGarbage(store, QUERY, { graceMs: 60_000, signal: AbortSignal.timeout(50) })).rejects.toThrow('aborted');
  expect(await keys(store)).toHaveLength(2);
});

test('whatever was there: what is kept is whole, and nothing that could go is left', async () => {
  const bundle = fc.record({ days: fc.integer({ min: 0, max: 90 }), shards: fc.uniqueArray(fc.constantFrom(...'abcdefgh')), isDeployed: fc.boolean() });
  await fc.assert(fc.asyncProperty(fc.array(bundle, { maxLength: 5 }), fc.uniqueArray(fc.constantFrom(...'fghij')), async (bundles, loose) => {
    const store = new AgedStore();
    for (const shard of loose) { await store.add(shardKey(shard), 60); }
    for (const [index, { days, shards }] of bundles.entries()) { await store.addBundle(`m${index}`, days, shards); }
    const query = { ...QUERY, keepBundles: bundles.flatMap(({ isDeployed }, index) => (isDeployed ? [`m${index}`] : [])) };
    await collectGarbage(store, query, AT_ONCE);
    const left = await keys(store);
    const kept = bundles.flatMap(({ days, isDeployed }, index) => (isDeployed || days <= 30 ? [manifestKey(`m${index}`)] : []));
    expect(left.filter((key) => key.startsWith('manifests/'))).toEqual(kept);
    for (const key of kept) {
      const { roots } = parseManifest(await readAll(store, key), key);
      expect(left).toEqual(expect.arrayContaining(roots.flatMap((root) => root.shards.map((shard) => shardKey(shard.key)))));
    }
    expect(await found(store, query)).toEqual([]);
  }), { numRuns: 60 });
});
