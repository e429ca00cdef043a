import { setTimeout as sleep } from 'timers/promises';
import { BundleError } from './bundle-error';
import { parseManifest } from './manifest';
import { BundleStore, manifestKey, readAll, shardKey, singleKey, StoredObject } from './store';

/** How many zips are deleted between two looks at the manifests. */
const BATCH = 50;

/** What is garbage: nothing that a stack or a kept manifest names, and nothing young. */
export interface GarbageQuery {
  /** Digests of the bundles that stack descriptors name. Their manifests are kept however old they are. */
  readonly keepBundles: readonly string[];
  /** Younger objects are kept: a publish may be under way that has not written its manifest yet. */
  readonly olderThanMs: number;
  /**
   * Zips of the layout `single` that are older, and whose root no manifest names, are garbage too. Nothing but the user's own `runtime_env`
   * tells who runs them, and publishing one again does not make it younger.
   *
   * @default they are kept
   */
  readonly singleOlderThanMs?: number;
  readonly now: Date;
}

/** What could be deleted. */
export interface Garbage {
  /** Manifests of old bundles that no stack names. */
  readonly manifests: readonly StoredObject[];
  /** Shards that none of the other manifests names. */
  readonly shards: readonly StoredObject[];
  /** Zips of whole roots that none of the other manifests names. */
  readonly singles: readonly StoredObject[];
}

/** How garbage is collected. */
export interface CollectOptions {
  /** Between the mark and the sweep. Longer than a publish takes, so that one under way ends, and its manifest counts. */
  readonly graceMs: number;
  readonly signal?: AbortSignal;
}

/** What a collection did. */
export interface Collected {
  readonly manifests: number;
  readonly shards: number;
  readonly singles: number;
  readonly bytes: number;
  /** Keys of zips that were garbage, until a manifest was written during the grace period. */
  readonly spared: readonly string[];
  /** Bundles that were published in the very moment in which a shard of theirs was deleted. Publishing them again mends them. */
  readonly publishAgain: readonly string[];
}

/**
 * Lists what nothing needs. Deletes nothing.
 *
 * The zips of the runtime are never garbage: they are small, and no manifest tells who runs them.
 *
 * @throws BundleError when a manifest can't be read: then nobody knows what it names
 */
export async function garbage(store: BundleStore, { keepBundles, olderThanMs, singleOlderThanMs = Infinity, now }: GarbageQuery): Promise<Garbage> {
  const keep = new Set(keepBundles.map(manifestKey));
  const isOlder = ({ modifiedAt }: StoredObject, than: number) => now.getTime() - modifiedAt.getTime() > than;
  const shards = await listed(store, 'shards/'); // before the manifests: of a publish that ends between the two, the manifest counts
  const singles = singleOlderThanMs === Infinity ? [] : await listed(store, 'single/');
  const manifests = await listed(store, 'manifests/');
  const old = manifests.filter((manifest) => isOlder(manifest, olderThanMs) && !keep.has(manifest.key));
  const named = await new NamedZips(store, old).refresh();
  return {
    manifests: old,
    shards: shards.filter((shard) => isOlder(shard, olderThanMs) && !named.has(shard.key)),
    singles: singles.filter((single) => isOlder(single, singleOlderThanMs) && !named.has(single.key)),
  };
}

/**
 * Marks, waits, looks again, then deletes: the manifests first, so that there is never one that names what is gone.
 *
 * Killed anywhere, it leaves a store that is whole; the next collection finds the rest.
 *
 * @throws BundleError when a manifest can't be read or the store refuses
 */
export async function collectGarbage(store: BundleStore, query: GarbageQuery, options: CollectOptions): Promise<Collected> {
  const marked = await garbage(store, query);
  await sleep(options.graceMs, undefined, { signal: options.signal });
  const manifests = await unchanged(store, 'manifests/', marked.manifests);
  for (const { key } of manifests) {
    options.signal?.throwIfAborted();
    await store.delete(key);
  }
  const zips = [...await unchanged(store, 'shards/', marked.shards), ...await unchanged(store, 'single/', marked.singles)];
  const swept = await sweep(store, zips, options.signal);
  const shards = swept.deleted.filter(({ key }) => key.startsWith('shards/'));
  const gone = [...manifests, ...swept.deleted];
  return {
    manifests: manifests.length,
    shards: shards.length,
    singles: swept.deleted.length - shards.length,
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    spared: swept.spared,
    publishAgain: swept.publishAgain,
  };
}

async function sweep(store: BundleStore, marked: readonly StoredObject[], signal?: AbortSignal) {
  const named = new NamedZips(store, []);
  const [deleted, spared]: [StoredObject[], string[]] = [[], []];
  for (let at = 0; at < marked.length; at += BATCH) {
    const live = await named.refresh();
    for (const zip of marked.slice(at, at + BATCH)) {
      signal?.throwIfAborted();
      if (live.has(zip.key)) {
        spared.push(zip.key);
      } else {
        await store.delete(zip.key);
        deleted.push(zip);
      }
    }
  }
  await named.refresh();
  return { deleted, spared, publishAgain: named.bundlesWith(new Set(deleted.map(({ key }) => key).filter((key) => key.startsWith('shards/')))) };
}

/** Of what was marked, what is still there as it was: what was written anew is not garbage any more. */
async function unchanged(store: BundleStore, prefix: string, marked: readonly StoredObject[]): Promise<StoredObject[]> {
  if (marked.length === 0) { return []; }
  const now = new Map((await listed(store, prefix)).map(({ key, modifiedAt }) => [key, modifiedAt.getTime()]));
  return marked.filter(({ key, modifiedAt }) => now.get(key) === modifiedAt.getTime());
}

/** What the manifests of a store name. Each manifest is read once: they never change. */
class NamedZips {
  private readonly byManifest = new Map<string, ReadonlySet<string>>();
  private readonly ignored: ReadonlySet<string>;

  constructor(private readonly store: BundleStore, ignored: readonly StoredObject[]) {
    this.ignored = new Set(ignored.map(({ key }) => key));
  }

  /** Reads the manifests that appeared since. Resolves to the keys of all zips that are named: shards, and those of whole roots. */
  public async refresh(): Promise<ReadonlySet<string>> {
    for (const { key } of await listed(this.store, 'manifests/')) {
      if (this.ignored.has(key) || this.byManifest.has(key)) { continue; }
      const shards = await this.read(key);
      if (shards) { this.byManifest.set(key, shards); }
    }
    return new Set([...this.byManifest.values()].flatMap((shards) => [...shards]));
  }

  /** Digests of the bundles that name one of these shards. */
  public bundlesWith(shards: ReadonlySet<string>): string[] {
    const broken = [...this.byManifest].filter(([, named]) => [...named].some((key) => shards.has(key)));
    return broken.map(([key]) => key.slice('manifests/'.length, -'.json'.length));
  }

  private async read(key: string): Promise<ReadonlySet<string> | undefined> {
    try {
      const { roots } = parseManifest(await readAll(this.store, key), this.store.url + key);
      return new Set(roots.flatMap((root) => [singleKey(root.digest), ...root.shards.map((shard) => shardKey(shard.key))]));
    } catch (error) {
      if (error instanceof BundleError && error.code === 'OBJECT_MISSING') { return undefined; } // deleted since it was listed
      throw error;
    }
  }
}

async function listed(store: BundleStore, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix)) {
    found.push(object);
  }
  return found;
}
