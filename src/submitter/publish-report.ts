import { BundlePlan } from '../bundler/plan';

/** What `publish` and `bundle` print with `--output json`: a contract. */
export interface PublishReport {
  /** The bundle digest, which names the manifest. */
  readonly manifest: string;
  readonly roots: Array<{ readonly kind: string; readonly digest: string; readonly files: number; readonly bytes: number; readonly shards: number }>;
  readonly shards: { readonly total: number; readonly missing: number; readonly published: number };
  readonly bytes: { readonly total: number; readonly shipped: number };
  readonly heldBack: Array<{ readonly path: string; readonly reason: string }>;
  /** Links by which something from outside a root ships: the link, relative to its root, and what it really leads to. */
  readonly outwardLinks: Array<{ readonly path: string; readonly target: string }>;
}

/** What was done with a plan: shards that the store lacked before, shards and zip bytes that went there. */
export interface Shipped {
  readonly missing: number;
  readonly published: number;
  readonly shipped: number;
}

/** How many shards a plan has; one that two roots share counts once. */
export function shardCount(plan: BundlePlan): number {
  return new Set(plan.roots.flatMap((root) => root.shards.map(({ key }) => key))).size;
}

/** Puts a report together. */
export function publishReport(plan: BundlePlan, done: Shipped): PublishReport {
  return {
    manifest: plan.digest,
    roots: plan.roots.map(({ kind, digest, files, bytes, shards: { length } }) => ({ kind, digest, files, bytes, shards: length })),
    shards: { total: shardCount(plan), missing: done.missing, published: done.published },
    bytes: { total: plan.roots.reduce((sum, root) => sum + root.bytes, 0), shipped: done.shipped },
    heldBack: [...plan.heldBack],
    outwardLinks: [...plan.outwardLinks],
  };
}
