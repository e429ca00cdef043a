import { existsSync } from 'fs';
import { filesChangedSince } from './changed-files';
import { PublishReport, publishReport, Shipped, storedReport } from './publish-report';
import { Stack } from './stack';
import { BundleError } from '../bundler/bundle-error';
import { cacheDirectory } from '../bundler/cache-directory';
import { BundlePlan, planBundle } from '../bundler/plan';
import { readPlanFile } from '../bundler/plan-file';
import { missingShards, publish, Published, PublishOptions } from '../bundler/publish';
import { rememberPublished } from '../bundler/published-files';
import { publishedRuntime, publishRuntime } from '../bundler/runtime-package';
import { BundleStore } from '../bundler/store';
import { StoredBundle, storedBundle } from '../bundler/stored-bundle';
import { openStore } from '../bundler/stores/open-store';
import { runtimeSource } from '../descriptor/runtime-source';
import { BundleDescriptor } from '../descriptor/stack-descriptor';
import { toolVersion } from '../descriptor/tool-version';

/** A published bundle, ready to be named in a job spec. */
export interface PublishedStack {
  readonly report: PublishReport;
  readonly published: Published;
  /** URL of the zip that carries the runtime. */
  readonly runtimeUrl: string;
}

/**
 * Uploads what the store lacks of a stack's bundle and of the runtime.
 *
 * Where the files of the workspace are not, such as in a submitter's image, a bundle that somebody published before does as well.
 *
 * @throws BundleError
 */
export async function publishStack(stack: Stack, bundle: BundleDescriptor, options: Omit<PublishOptions, 'tool'> = {}): Promise<PublishedStack> {
  const store = openStore(bundle.store);
  const { plan, stored } = await planOrStored(stack, bundle, store);
  const published = plan ? await publishAndRemember(plan, store, options) : publishedBefore(stored);
  const runtimeUrl = await publishRuntime(runtimeSource(), store);
  const done: Shipped = { layout: 'shards', missing: published.missingShards, published: published.publishedShards, shipped: published.shippedBytes };
  return { report: plan ? publishReport(plan, done) : storedReport(stored.manifest), published, runtimeUrl };
}

function publishedBefore({ manifest, manifestSha256 }: StoredBundle): Published {
  const { shards: { total: shards }, bytes: { total: bytes } } = storedReport(manifest);
  return { digest: manifest.digest, manifestSha256, shards, missingShards: 0, publishedShards: 0, bytes, shippedBytes: 0 };
}

/** Publishes, and notes what was published for the next report. @throws BundleError */
export async function publishAndRemember(plan: BundlePlan, store: BundleStore, options: Omit<PublishOptions, 'tool'>): Promise<Published> {
  const published = await publish(plan, store, { ...options, tool: toolVersion() });
  rememberPublished(cacheDirectory(), store.url, plan);
  return published;
}

/** What {@link publishStack} would upload. Writes nothing. @throws BundleError */
export async function publishDryRun(stack: Stack, bundle: BundleDescriptor): Promise<PublishReport> {
  const store = openStore(bundle.store);
  const { plan, stored } = await planOrStored(stack, bundle, store);
  if (!plan) { return storedReport(stored.manifest); }
  const missing = await missingShards(plan, store);
  return unpublishedReport(plan, missing.length);
}

/** What a publish would upload of a bundle. */
function unpublishedReport(plan: BundlePlan, missing: number): PublishReport {
  return publishReport(plan, { layout: 'shards', missing, published: 0, shipped: 0 });
}

/** A bundle as it is here and in its store. */
export interface BundleState {
  /** What a publish would upload. */
  readonly report: PublishReport;
  /** Directories of its roots. Absent: they are not on this machine. */
  readonly directories?: readonly string[];
  /** How a job names it and its runtime. Absent: not all of it is published. */
  readonly published?: { readonly manifestSha256: string; readonly runtimeUrl: string };
}

/** Looks at a bundle. Writes nothing. @throws BundleError */
export async function bundleState(stack: Stack, bundle: BundleDescriptor): Promise<BundleState> {
  const store = openStore(bundle.store);
  const { plan, stored } = await planOrStored(stack, bundle, store);
  const missing = plan ? await missingShards(plan, store) : [];
  const whole = missing.length > 0 ? undefined : stored ?? await storedBundle(bundle.digest, store);
  const runtimeUrl = await publishedRuntime(runtimeSource(), store);
  return {
    report: plan ? unpublishedReport(plan, missing.length) : storedReport(stored.manifest),
    directories: plan?.roots.map(({ directory }) => directory),
    published: whole && runtimeUrl !== undefined ? { manifestSha256: whole.manifestSha256, runtimeUrl } : undefined,
  };
}

type PlanOrStored = { readonly plan: BundlePlan; readonly stored?: undefined } | { readonly plan?: undefined; readonly stored: StoredBundle };

/** What says that the files of a workspace are not here; a workspace that changed is another matter, since it is what would run. */
const ELSEWHERE = ['PLAN_MISSING', 'ROOT_MISSING'];

async function planOrStored(stack: Stack, bundle: BundleDescriptor, store: BundleStore): Promise<PlanOrStored> {
  try {
    return { plan: currentPlan(stack, bundle) };
  } catch (error) {
    if (!(error instanceof BundleError && ELSEWHERE.includes(error.code))) { throw error; }
    const stored = await storedBundle(bundle.digest, store);
    if (stored) { return { stored }; }
    throw new BundleError(error.code, `${error.message}; ${store.url} does not have the whole bundle either`, `${error.fix}, or publish from there first: geneva-stack publish`);
  }
}

/** The workspace as it is now; it has to be what was synthesized. */
function currentPlan(stack: Stack, bundle: BundleDescriptor): BundlePlan {
  if (stack.directory === undefined) {
    throw new BundleError('PLAN_MISSING', 'the stack was read from the cluster, and the workspace that its bundle is made of is not there',
      'pass --stack PATH on the machine that has the workspace');
  }
  const file = readPlanFile(stack.directory, bundle.digest);
  const gone = file.roots.find((root) => !existsSync(root.path));
  if (gone) {
    throw new BundleError('ROOT_MISSING', `${gone.path} was bundled at synth and is gone`, 'restore it, or change the roots and run cdk8s synth again');
  }
  const plan = planBundle({ roots: file.roots });
  if (plan.digest !== bundle.digest) {
    const digests = `it is bundle ${plan.digest.slice(0, 12)} now, the stack names ${bundle.digest.slice(0, 12)}`;
    throw new BundleError('WORKSPACE_CHANGED', `the workspace changed since synth (${filesChangedSince(plan.roots, file.writtenMs) ?? 'files were removed'}): ${digests}`,
      'run cdk8s synth again, so that the stack names what will run; what is written there by programs belongs into exclude of the root');
  }
  return plan;
}
