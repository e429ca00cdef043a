import { DEFAULT_DEFLATE_LEVEL } from './deflate';
import { BundlePlan, PlannedRoot } from './plan';
import { PublishOptions } from './publish';
import { packSingle } from './single-zip';
import { BundleStore, singleKey } from './store';

/** What a publish of one zip a root did. */
export interface PublishedSingle {
  /** Roots whose zip the store lacked when the publish began. */
  readonly missingRoots: number;
  /** Zips that this call created. */
  readonly publishedRoots: number;
  /** Zip bytes that this call uploaded. */
  readonly shippedBytes: number;
}

/** The roots of a plan whose zip the store lacks. Two roots with the same files are one zip. */
export async function missingRoots(plan: BundlePlan, store: BundleStore): Promise<PlannedRoot[]> {
  const present = new Set<string>();
  for await (const { key } of store.list('single/')) {
    present.add(key);
  }
  return distinctRoots(plan).filter(({ digest }) => !present.has(singleKey(digest)));
}

/** How many zips a plan is. */
export function zipCount(plan: BundlePlan): number {
  return distinctRoots(plan).length;
}

/**
 * Uploads the zips of roots that the store lacks, each in one create-only write, for a Ray that fetches them itself.
 *
 * There is no manifest: who runs the code names the zips, see `rayUris`.
 *
 * @throws BundleError when a file changed since it was hashed, Ray would not unpack one, or the store refuses
 */
export async function publishSingle(plan: BundlePlan, store: BundleStore, options: Omit<PublishOptions, 'tool'> = {}): Promise<PublishedSingle> {
  const missing = await missingRoots(plan, store);
  const shards = missing.flatMap((root) => root.shards);
  const bytes = shards.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
  const done = { shards: 0, bytes: 0, published: 0, shippedBytes: 0 };
  const tell = () => options.onProgress?.({
    shardsDone: done.shards, shards: shards.length, bytesDone: done.bytes, bytes, shippedBytes: done.shippedBytes,
  });
  tell();
  const pack = { level: options.level ?? DEFAULT_DEFLATE_LEVEL, threads: options.threads, signal: options.signal };
  for (const root of missing) {
    const onShard = ({ rawBytes }: { rawBytes: number }) => {
      done.shards += 1;
      done.bytes += rawBytes;
      tell();
    };
    await packSingle(root, pack, onShard, async (packed) => {
      const isCreated = await store.createOnly(singleKey(root.digest), packed, options.signal);
      done.published += Number(isCreated);
      done.shippedBytes += isCreated ? packed.bytes : 0;
      tell();
    });
  }
  return { missingRoots: missing.length, publishedRoots: done.published, shippedBytes: done.shippedBytes };
}

function distinctRoots(plan: BundlePlan): PlannedRoot[] {
  return [...new Map(plan.roots.map((root) => [root.digest, root])).values()];
}
