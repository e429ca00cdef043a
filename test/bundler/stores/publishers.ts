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
