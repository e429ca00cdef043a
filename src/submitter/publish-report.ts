import { BundleManifest } from '../bundler/manifest';
import { BundlePlan } from '../bundler/plan';
import { zipCount } from '../bundler/publish-single';

/** How a bundle lies in its store: in shards that a manifest names, or as one zip a root for a Ray that fetches it itself. */
export type BundleLayout = 'shards' | 'single';

/** What `publish` and `bundle` print with `--output json`: a contract. */
export interface PublishReport {
  /** The bundle digest, which names the manifest. */
  readonly manifest: string;
  readonly layout: BundleLayout;
  readonly roots: Array<{ readonly kind: string; readonly digest: string; readonly files: number; readonly bytes: number; readonly shards: number }>;
  /** `missing` when it began. In the layout `single` a root is one shard. */
  readonly shards: { readonly total: number; readonly missing: number; readonly published: number };
  readonly bytes: { readonly total: number; readonly shipped: number };
  readonly heldBack: Array<{ readonly path: string; readonly reason: string }>;
  /** Links by which something from outside a root ships: the link, relative to its root, and what it really leads to. */
  readonly outwardLinks: Array<{ readonly path: string; readonly target: string }>;
  /** For the layout `single` in a known store: what to run Ray with. */
  readonly runtimeEnv?: RuntimeEnv;
  /** What a reader has to know about the figures: where a store could not be asked, everything counts as missing. */
  readonly notes?: string[];
}

/** The part of Ray's `runtime_env` that names code, in the order of Python's path. */
export interface RuntimeEnv {
  readonly py_modules: string[];
}

/** What was done with a plan: zips that the store lacked before, zips and their bytes that went there. */
export interface Shipped {
  readonly layout: BundleLayout;
  readonly missing: number;
  readonly published: number;
  readonly shipped: number;
  readonly runtimeEnv?: RuntimeEnv;
}

/** How many shards a plan has; one that two roots share counts once. */
export function shardCount(plan: BundlePlan): number {
  return new Set(plan.roots.flatMap((root) => root.shards.map(({ key }) => key))).size;
}

/** Puts a report together. */
export function publishReport(plan: BundlePlan, done: Shipped): PublishReport {
  const isSingle = done.layout === 'single';
  return {
    manifest: plan.digest,
    layout: done.layout,
    roots: plan.roots.map(({ kind, digest, files, bytes, shards }) => ({ kind, digest, files, bytes, shards: isSingle ? 1 : shards.length })),
    shards: { total: isSingle ? zipCount(plan) : shardCount(plan), missing: done.missing, published: done.published },
    bytes: { total: plan.roots.reduce((sum, root) => sum + root.bytes, 0), shipped: done.shipped },
    heldBack: [...plan.heldBack],
    outwardLinks: [...plan.outwardLinks],
    runtimeEnv: done.runtimeEnv,
  };
}

/** The report of a bundle that is in its store already, from what its manifest tells: nothing was missing, and what was held back is not in it. */
export function storedReport({ digest, roots }: BundleManifest): PublishReport {
  const shards = new Set(roots.flatMap((root) => root.shards.map(({ key }) => key)));
  return {
    manifest: digest,
    layout: 'shards',
    roots: roots.map((root) => ({ kind: root.kind, digest: root.digest, files: root.files, bytes: root.bytes, shards: root.shards.length })),
    shards: { total: shards.size, missing: 0, published: 0 },
    bytes: { total: roots.reduce((sum, root) => sum + root.bytes, 0), shipped: 0 },
    heldBack: [],
    outwardLinks: [],
  };
}
