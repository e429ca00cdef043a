import { existsSync } from 'fs';
import { join } from 'path';
import { Stack } from './stack';
import { toolVersion } from './tool-version';
import { BundleError } from '../bundler/bundle-error';
import { BundlePlan, planBundle } from '../bundler/plan';
import { readPlanFile } from '../bundler/plan-file';
import { missingShards, publish, Published, PublishOptions } from '../bundler/publish';
import { publishRuntime } from '../bundler/runtime-package';
import { openStore } from '../bundler/stores/open-store';
import { packageRoot } from '../descriptor/format';
import { BundleDescriptor } from '../descriptor/stack-descriptor';

/** What `publish` prints with `--output json`: a contract. */
export interface PublishReport {
  /** The bundle digest, which names the manifest. */
  readonly manifest: string;
  readonly roots: Array<{ readonly kind: string; readonly digest: string; readonly files: number; readonly bytes: number; readonly shards: number }>;
  readonly shards: { readonly total: number; readonly missing: number; readonly published: number };
  readonly bytes: { readonly total: number; readonly shipped: number };
  readonly heldBack: Array<{ readonly path: string; readonly reason: string }>;
}

/** A published bundle, ready to be named in a job spec. */
export interface PublishedStack {
  readonly report: PublishReport;
  readonly published: Published;
  /** URL of the zip that carries the runtime. */
  readonly runtimeUrl: string;
}

/** Uploads what the store lacks of a stack's bundle and of the runtime. @throws BundleError */
export async function publishStack(stack: Stack, bundle: BundleDescriptor, options: Omit<PublishOptions, 'tool'> = {}): Promise<PublishedStack> {
  const plan = currentPlan(stack, bundle);
  const store = openStore(bundle.store);
  const published = await publish(plan, store, { ...options, tool: toolVersion() });
  const runtimeUrl = await publishRuntime(join(packageRoot(), 'runtime', 'src'), store);
  const done = { missing: published.publishedShards, published: published.publishedShards, shipped: published.shippedBytes };
  return { report: report(plan, done), published, runtimeUrl };
}

/** What {@link publishStack} would upload. Writes nothing. @throws BundleError */
export async function publishDryRun(stack: Stack, bundle: BundleDescriptor): Promise<PublishReport> {
  const plan = currentPlan(stack, bundle);
  const missing = await missingShards(plan, openStore(bundle.store));
  return report(plan, { missing: missing.length, published: 0, shipped: 0 });
}

/** The workspace as it is now; it has to be what was synthesized. */
function currentPlan(stack: Stack, bundle: BundleDescriptor): BundlePlan {
  const file = readPlanFile(stack.directory, bundle.digest);
  const gone = file.roots.find((root) => !existsSync(root.path));
  if (gone) {
    throw new BundleError('ROOT_MISSING', `${gone.path} was bundled at synth and is gone`, 'restore it, or change the roots and run cdk8s synth again');
  }
  const plan = planBundle({ roots: file.roots });
  if (plan.digest !== bundle.digest) {
    throw new BundleError('WORKSPACE_CHANGED', `the workspace changed since synth: it is bundle ${plan.digest.slice(0, 12)} now, the stack names ${bundle.digest.slice(0, 12)}`,
      'run cdk8s synth again, so that the stack names what will run');
  }
  return plan;
}

function report(plan: BundlePlan, done: { missing: number; published: number; shipped: number }): PublishReport {
  const shards = new Set(plan.roots.flatMap((root) => root.shards.map(({ key }) => key)));
  return {
    manifest: plan.digest,
    roots: plan.roots.map(({ kind, digest, files, bytes, shards: { length } }) => ({ kind, digest, files, bytes, shards: length })),
    shards: { total: shards.size, missing: done.missing, published: done.published },
    bytes: { total: plan.roots.reduce((sum, root) => sum + root.bytes, 0), shipped: done.shipped },
    heldBack: [...plan.heldBack],
  };
}
