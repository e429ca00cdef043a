import { BundleError } from './bundle-error';
import { sha256 } from './content-key';
import { BundleManifest, ManifestShard, parseManifest, StoredZip } from './manifest';
import { BundleStore, manifestKey, readAll, shardKey } from './store';

/** A bundle's manifest as a store holds it. */
export interface StoredManifest {
  readonly bytes: Buffer;
  readonly manifest: BundleManifest;
}

/** A bundle that a store holds whole. */
export interface StoredBundle {
  readonly manifest: BundleManifest;
  /** Of the manifest in the store: whoever has it can check all of the bundle. */
  readonly manifestSha256: string;
}

/**
 * What a store holds of a bundle, where that is all of it: then nobody needs the files that it was made of.
 *
 * @throws BundleError when the manifest or a shard is damaged
 */
export async function storedBundle(digest: string, store: BundleStore): Promise<StoredBundle | undefined> {
  const found = await storedManifest(digest, store);
  if (found === undefined) { return undefined; }
  const present = await shardSizes(store);
  const zips = checkedZips(found.manifest, present, store);
  const isWhole = [...zips.keys()].every((key) => present.has(shardKey(key)));
  return isWhole ? { manifest: found.manifest, manifestSha256: sha256(found.bytes) } : undefined;
}

/** The manifest of a bundle, if the store has it. @throws BundleError when it is damaged */
export async function storedManifest(digest: string, store: BundleStore): Promise<StoredManifest | undefined> {
  const key = manifestKey(digest);
  for await (const object of store.list(key)) {
    const bytes = await readAll(store, object.key);
    return { bytes, manifest: parseManifest(bytes, store.url + key) };
  }
  return undefined;
}

/** Sizes of all shards of a store, by their key there. */
export async function shardSizes(store: BundleStore): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const object of store.list('shards/')) {
    found.set(object.key, object.bytes);
  }
  return found;
}

/** The zips that a manifest names. @throws BundleError when one is there with another size */
export function checkedZips(manifest: BundleManifest, present: ReadonlyMap<string, number>, store: BundleStore): Map<string, StoredZip> {
  const shards = manifest.roots.flatMap((root) => root.shards);
  return new Map(shards.map((shard) => [shard.key, checkedZip(shard, present.get(shardKey(shard.key)), store)]));
}

function checkedZip({ key, zipBytes, zipSha256 }: ManifestShard, bytes: number | undefined, store: BundleStore): StoredZip {
  if (bytes !== undefined && bytes !== zipBytes) {
    throw new BundleError('SHARD_DAMAGED', `${store.url}${shardKey(key)}: got ${bytes} bytes, the manifest says ${zipBytes}`,
      'delete the object and publish again');
  }
  return { zipBytes, zipSha256 };
}
