import { BundleError } from './bundle-error';
import { sha256 } from './content-key';
import { DEFAULT_DEFLATE_LEVEL } from './deflate';
import { BUNDLE_MANIFEST_SCHEMA, BundleManifest, manifestRoot, StoredZip } from './manifest';
import { packShards } from './pack-shards';
import { BundlePlan, PlacedShard } from './plan';
import { Shard } from './shards';
import { BundleStore, manifestKey, NewObject, newObject, readAll, shardKey } from './store';
import { checkedZips, shardSizes, storedManifest } from './stored-bundle';

/** How far a publish is. Bytes are raw bytes of the shards that the store lacked. */
export interface PublishProgress {
  readonly shardsDone: number;
  readonly shards: number;
  readonly bytesDone: number;
  readonly bytes: number;
  /** Zip bytes that were uploaded. */
  readonly shippedBytes: number;
}

/** Who listens, who may stop it, and what wrote the manifest. */
export interface PublishOptions {
  readonly onProgress?: (progress: PublishProgress) => void;
  readonly signal?: AbortSignal;
  /** Name and version of the program, for the manifest. */
  readonly tool: string;
  /** Deflate level, 0 (stored) to 9. @default 1 */
  readonly level?: number;
  /** Threads that compress. @default one a core, at most 8; none below 32 MB */
  readonly threads?: number;
}

/** What a publish did. */
export interface Published {
  readonly digest: string;
  /** SHA-256 of the manifest in the store: whoever has it can check all of the bundle. */
  readonly manifestSha256: string;
  readonly shards: number;
  /** Shards that the store lacked when the publish began. */
  readonly missingShards: number;
  /** Shards that this call created: fewer than were missing when somebody else was faster. */
  readonly publishedShards: number;
  readonly bytes: number;
  /** Zip bytes that this call uploaded. */
  readonly shippedBytes: number;
}

/** The shards of a plan that the store lacks. */
export async function missingShards(plan: BundlePlan, store: BundleStore): Promise<Shard[]> {
  const present = await shardSizes(store);
  return distinctShards(plan).filter(({ shard }) => !present.has(shardKey(shard.key))).map(({ shard }) => shard);
}

/**
 * Uploads what the store lacks: shards first, the manifest last, each in one create-only write.
 *
 * Killed anywhere, it leaves whole objects only, and the next call goes on from them.
 *
 * @throws BundleError when a file changed since it was hashed, or the store is damaged or refuses
 */
export async function publish(plan: BundlePlan, store: BundleStore, options: PublishOptions): Promise<Published> {
  const present = await shardSizes(store);
  const shards = distinctShards(plan);
  const missing = shards.filter(({ shard }) => !present.has(shardKey(shard.key)));
  const manifest = await storedManifest(plan.digest, store);
  const known = manifest ? checkedZips(manifest.manifest, present, store) : new Map<string, StoredZip>();
  const uploaded = await upload(missing, known, store, options);

  const stored = new Map([...known, ...uploaded.zips]);
  const others = shards.filter(({ shard }) => !stored.has(shard.key)).map(({ shard }) => shard.key);
  for (const [key, zip] of await describeStored(others, present, store)) { stored.set(key, zip); }
  const bytes = manifest?.bytes ?? await writeManifest(plan, stored, store, options.tool);
  if (!manifest) { await replaceVanished(shards, stored, store, options); }
  return {
    digest: plan.digest,
    manifestSha256: sha256(bytes),
    shards: shards.length,
    missingShards: missing.length,
    publishedShards: uploaded.created,
    bytes: plan.roots.reduce((sum, root) => sum + root.bytes, 0),
    shippedBytes: uploaded.shippedBytes,
  };
}

/** How many shards are asked about at once. */
const QUESTIONS_AT_ONCE = 8;

/** What the store knows of shards that were there before. */
async function describeStored(keys: string[], present: ReadonlyMap<string, number>, store: BundleStore): Promise<Map<string, StoredZip>> {
  const queue = [...keys];
  const found = new Map<string, StoredZip>();
  const ask = async () => {
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      found.set(key, { zipBytes: present.get(shardKey(key))!, zipSha256: await store.sha256(shardKey(key)) });
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, ask));
  return found;
}

/**
 * A garbage collection that looked before the manifest was there may have taken a shard that it now names.
 *
 * One that looks later sees the manifest, so what is put back now stays.
 */
async function replaceVanished(
  shards: PlacedShard[], stored: ReadonlyMap<string, StoredZip>, store: BundleStore, options: PublishOptions,
): Promise<void> {
  const present = await shardSizes(store);
  const vanished = shards.filter(({ shard }) => !present.has(shardKey(shard.key)));
  if (vanished.length > 0) { await upload(vanished, stored, store, options); }
}

/** Two roots may hold the same shard; it ships once. */
function distinctShards(plan: BundlePlan): PlacedShard[] {
  const placed = plan.roots.flatMap((root) => root.shards.map((shard) => ({ root, shard })));
  return [...new Map(placed.map((entry) => [entry.shard.key, entry])).values()];
}

async function upload(missing: PlacedShard[], known: ReadonlyMap<string, StoredZip>, store: BundleStore, options: PublishOptions) {
  const bytes = missing.reduce((sum, { shard }) => sum + shard.rawBytes, 0);
  const zips = new Map<string, StoredZip>();
  const done = { shards: 0, created: 0, bytes: 0, shippedBytes: 0 };
  const tell = () => options.onProgress?.({
    shardsDone: done.shards, shards: missing.length, bytesDone: done.bytes, bytes, shippedBytes: done.shippedBytes,
  });
  tell();
  const pack = { level: options.level ?? DEFAULT_DEFLATE_LEVEL, threads: options.threads, signal: options.signal };
  await packShards(missing, pack, async ({ shard }, packed) => {
    checkSameZip(shard, known.get(shard.key), packed, store);
    const key = shardKey(shard.key);
    const isCreated = await store.createOnly(key, packed, options.signal);
    zips.set(shard.key, isCreated ? { zipBytes: packed.bytes, zipSha256: packed.sha256 } : await storedZip(store, key));
    done.shards += 1;
    done.bytes += shard.rawBytes;
    done.created += Number(isCreated);
    done.shippedBytes += isCreated ? packed.bytes : 0;
    tell();
  });
  return { zips, ...done };
}

/** The zip of somebody who was faster, perhaps with another zlib: what is stored counts. */
async function storedZip(store: BundleStore, key: string): Promise<StoredZip> {
  for await (const object of store.list(key)) {
    return { zipBytes: object.bytes, zipSha256: await store.sha256(key) };
  }
  throw new BundleError('OBJECT_MISSING', `${store.url}${key} was there a moment ago`, 'publish again; check the lifecycle rules of the store');
}

/** A manifest of an earlier publish names the bytes of a shard that is gone: only the same bytes may take its place. */
function checkSameZip(shard: Shard, known: StoredZip | undefined, made: NewObject, store: BundleStore): void {
  if (known && known.zipSha256 !== made.sha256) {
    throw new BundleError('SHARD_DIFFERS', `${store.url}${shardKey(shard.key)} was deleted, and this machine's zlib makes other bytes than the manifest names`,
      'delete the manifests that name the shard, then publish again');
  }
}

async function writeManifest(plan: BundlePlan, stored: ReadonlyMap<string, StoredZip>, store: BundleStore, tool: string): Promise<Buffer> {
  const manifest: BundleManifest = {
    schema: BUNDLE_MANIFEST_SCHEMA,
    digest: plan.digest,
    tool,
    roots: plan.roots.map((root) => manifestRoot(root, stored)),
  };
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const key = manifestKey(plan.digest);
  return await store.createOnly(key, newObject(bytes)) ? bytes : readAll(store, key);
}
