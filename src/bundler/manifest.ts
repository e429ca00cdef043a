import { BundleError } from './bundle-error';
import { PlannedRoot } from './plan';

/** Version of the format that this library writes and reads. */
export const BUNDLE_MANIFEST_SCHEMA = 'bundle-manifest/v1';

/** What a bundle is made of; see `schemas/bundle-manifest.v1.schema.json`. */
export interface BundleManifest {
  readonly schema: typeof BUNDLE_MANIFEST_SCHEMA;
  readonly digest: string;
  readonly tool: string;
  readonly roots: ManifestRoot[];
}

/** One root of a manifest. */
export interface ManifestRoot {
  readonly kind: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly shards: ManifestShard[];
}

/** One shard of a manifest, with the facts of its zip that the reader checks. */
export interface ManifestShard extends StoredZip {
  readonly key: string;
  readonly files: number;
  readonly rawBytes: number;
}

/** Size and SHA-256 of a zip as it is in the store. */
export interface StoredZip {
  readonly zipBytes: number;
  readonly zipSha256: string;
}

/** Describes a planned root by the zips that the store holds for it. */
export function manifestRoot(root: PlannedRoot, stored: ReadonlyMap<string, StoredZip>): ManifestRoot {
  return {
    kind: root.kind,
    digest: root.digest,
    files: root.files,
    bytes: root.bytes,
    shards: root.shards.map((shard) => ({ key: shard.key, files: shard.files.length, rawBytes: shard.rawBytes, ...stored.get(shard.key)! })),
  };
}

/**
 * Reads a manifest's bytes.
 *
 * @throws BundleError MANIFEST_DAMAGED or FORMAT_UNKNOWN
 */
export function parseManifest(bytes: Buffer, where: string): BundleManifest {
  let manifest: Partial<BundleManifest>;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw damaged(where, `not JSON: ${(error as Error).message}`);
  }
  if (manifest.schema !== BUNDLE_MANIFEST_SCHEMA) {
    throw new BundleError('FORMAT_UNKNOWN', `${where}: got format ${JSON.stringify(manifest.schema)}, expected ${BUNDLE_MANIFEST_SCHEMA}`,
      'use a release of geneva-constructs that knows this format');
  }
  if (!Array.isArray(manifest.roots) || manifest.roots.some((root) => !Array.isArray(root?.shards))) { throw damaged(where, 'it lists no roots and shards'); }
  return manifest as BundleManifest;
}

function damaged(where: string, why: string): BundleError {
  return new BundleError('MANIFEST_DAMAGED', `${where}: ${why}`, 'delete the object and publish again');
}
