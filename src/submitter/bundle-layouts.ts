import { BundleLayout, shardCount, Shipped } from './publish-report';
import { publishAndRemember } from './publish-stack';
import { cacheDirectory } from '../bundler/cache-directory';
import { BundlePlan } from '../bundler/plan';
import { missingShards, PublishOptions } from '../bundler/publish';
import { missingRoots, publishSingle, zipCount } from '../bundler/publish-single';
import { rememberPublished } from '../bundler/published-files';
import { rayUris } from '../bundler/ray-uri';
import { BundleStore } from '../bundler/store';

/** What a store lacks of a plan. */
export interface Missing {
  readonly zips: number;
  /** Keys of the shards that are in those zips. */
  readonly shards: ReadonlySet<string>;
}

/** One way to lay out bundles in a store. */
export interface Layout {
  missing(plan: BundlePlan, store: BundleStore): Promise<Missing>;
  publish(plan: BundlePlan, store: BundleStore, options: Omit<PublishOptions, 'tool'>): Promise<Shipped>;
  /** What a dry run says; without a store everything is missing. */
  wouldShip(plan: BundlePlan, store: BundleStore | undefined, missing: Missing | undefined): Shipped;
}

/** The layouts by name. */
export const LAYOUTS: Record<BundleLayout, Layout> = {
  shards: {
    missing: async (plan, store) => {
      const shards = await missingShards(plan, store);
      return { zips: shards.length, shards: new Set(shards.map(({ key }) => key)) };
    },
    publish: async (plan, store, options) => {
      const done = await publishAndRemember(plan, store, options);
      return { layout: 'shards', missing: done.missingShards, published: done.publishedShards, shipped: done.shippedBytes };
    },
    wouldShip: (plan, _store, missing) => ({ layout: 'shards', missing: missing?.zips ?? shardCount(plan), published: 0, shipped: 0 }),
  },
  single: {
    missing: async (plan, store) => {
      const roots = await missingRoots(plan, store);
      return { zips: roots.length, shards: new Set(roots.flatMap((root) => root.shards.map(({ key }) => key))) };
    },
    publish: async (plan, store, options) => {
      const done = await publishSingle(plan, store, options);
      rememberPublished(cacheDirectory(), store.url, plan);
      return { layout: 'single', missing: done.missingRoots, published: done.publishedRoots, shipped: done.shippedBytes, runtimeEnv: runtimeEnv(plan, store) };
    },
    wouldShip: (plan, store, missing) => ({
      layout: 'single', missing: missing?.zips ?? zipCount(plan), published: 0, shipped: 0, runtimeEnv: store && runtimeEnv(plan, store),
    }),
  },
};

function runtimeEnv(plan: BundlePlan, store: BundleStore) {
  return { py_modules: rayUris(plan, store) };
}
