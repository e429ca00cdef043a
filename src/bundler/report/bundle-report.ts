import { HeldBackFile } from '../left-out';
import { OutwardLink } from '../links';
import { BundlePlan, PlannedRoot } from '../plan';
import { FileHashes } from '../published-files';
import { SizedFile } from '../shards';
import { isChanged, SizeNode, sizeTree } from './size-tree';

/** One root of a report. */
export interface ReportRoot {
  readonly kind: string;
  readonly tree: SizeNode;
  readonly shards: number;
  /** Shards that the store lacks. */
  readonly missingShards: number;
  /** Raw bytes of those shards: what a publish compresses and uploads. */
  readonly missingBytes: number;
  /** Files that are new or other than at the last publish, the largest first. Absent when nothing was published before. */
  readonly changed?: readonly SizedFile[];
}

/** What the page about a bundle shows. */
export interface BundleReport {
  readonly digest: string;
  readonly store: string | undefined;
  readonly roots: readonly ReportRoot[];
  readonly heldBack: readonly HeldBackFile[];
  readonly outwardLinks: readonly OutwardLink[];
}

/** What is known of the store that a bundle goes to. */
export interface StoreKnowledge {
  readonly url: string;
  /** Keys of the shards that it lacks. */
  readonly missing: ReadonlySet<string>;
  readonly lastPublished: (root: PlannedRoot) => FileHashes | undefined;
}

/** Puts a report together. Without a store, everything has yet to ship. */
export function bundleReport(plan: BundlePlan, store: StoreKnowledge | undefined): BundleReport {
  const { digest, heldBack, outwardLinks } = plan;
  return { digest, store: store?.url, roots: plan.roots.map((root) => reportRoot(root, store)), heldBack, outwardLinks };
}

function reportRoot(root: PlannedRoot, store: StoreKnowledge | undefined): ReportRoot {
  const last = store?.lastPublished(root);
  const files = root.shards.flatMap((shard) => shard.files);
  const missing = root.shards.filter(({ key }) => !store || store.missing.has(key));
  return {
    kind: root.kind,
    tree: sizeTree(root.kind, files, last),
    shards: root.shards.length,
    missingShards: missing.length,
    missingBytes: missing.reduce((sum, { rawBytes }) => sum + rawBytes, 0),
    changed: last && files.filter((file) => isChanged(file, last)).sort((a, b) => b.size - a.size),
  };
}
