import { collectGarbage } from '../../../src/bundler/gc';
import { parseManifest } from '../../../src/bundler/manifest';
import { planBundle } from '../../../src/bundler/plan';
import { publish } from '../../../src/bundler/publish';
import { BundleStore, hashObject, manifestKey, readAll, shardKey } from '../../../src/bundler/store';
import { temporaryDirectory, tree } from '../../temporary-directory';

const ROUNDS = 50;

/** All objects that a manifest names, checked byte for byte. Resolves to how many there are. */
export async function checkWhole(store: BundleStore, bundleDigest: string): Promise<number> {
  const manifest = parseManifest(await readAll(store, manifestKey(bundleDigest)), bundleDigest);
  const shards = manifest.roots.flatMap((root) => root.shards);
  for (const { key, zipBytes, zipSha256 } of shards) {
    const sizes: number[] = [];
    for await (const { bytes } of store.list(shardKey(key))) { sizes.push(bytes); }
    expect([key, sizes, await hashObject(store, shardKey(key))]).toEqual([key, [zipBytes], zipSha256]);
  }
  return shards.length;
}

/** Two machines publish the same workspace at the same time, again and again. */
export function publishersAtOnce(name: string, make: () => BundleStore): void {
  test(`${name}: of two publishers at once, ${ROUNDS} times, each reads what the other wrote`, async () => {
    const store = make();
    const cacheDirectory = temporaryDirectory();
    for (let round = 0; round < ROUNDS; round += 1) {
      const roots = ['a', 'b'].map((root) => ({ kind: 'workspace' as const, path: tree({ 'm.py': `x = '${root} ${round}'\n` }) }));
      const plan = planBundle({ roots, cacheDirectory });
      const [one, other] = await Promise.all([publish(plan, store, { tool: 'one 1.0.0' }), publish(plan, store, { tool: 'other 1.0.0' })]);
      expect(one.manifestSha256).toBe(other.manifestSha256);
      expect(one.publishedShards + other.publishedShards).toBe(2);
      expect(await checkWhole(store, plan.digest)).toBe(2);
    }
  }, 120_000);
}

/** Garbage goes, what is named stays, and what went can be published again. */
export function collectsGarbage(name: string, make: () => BundleStore): void {
  test(`${name}: garbage goes, what a stack names stays, and what went can be published again`, async () => {
    const store = make();
    const cacheDirectory = temporaryDirectory();
    const shared = tree({ 'shared.py': 'x = 1\n' });
    const planOf = (own: string) => planBundle({ roots: [shared, tree({ 'own.py': own })].map((path) => ({ kind: 'workspace', path })), cacheDirectory });
    const [kept, gone] = [planOf('a = 1\n'), planOf('b = 2\n')];
    for (const plan of [kept, gone]) { await publish(plan, store, { tool: 'one 1.0.0' }); }
    const query = { keepBundles: [kept.digest], olderThanMs: 0, now: new Date(Date.now() + 60_000) };
    expect(await collectGarbage(store, query, { graceMs: 0 })).toMatchObject({ manifests: 1, shards: 1, spared: [], publishAgain: [] });
    expect(await checkWhole(store, kept.digest)).toBe(2);
    expect(await publish(gone, store, { tool: 'one 1.0.0' })).toMatchObject({ publishedShards: 1 });
    expect(await checkWhole(store, gone.digest)).toBe(2);
  });
}
