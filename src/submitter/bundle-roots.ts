import { ExitCode } from './exit-code';
import { PublishReport, publishReport, shardCount, Shipped } from './publish-report';
import { publishAndRemember } from './publish-stack';
import { loadStack } from './stack';
import { SubmitterError } from './submitter-error';
import { cacheDirectory } from '../bundler/cache-directory';
import { HashProgress } from '../bundler/hash-files';
import { BundlePlan, planBundle, RootSource } from '../bundler/plan';
import { readPlanFile } from '../bundler/plan-file';
import { missingShards, PublishOptions } from '../bundler/publish';
import { lastPublished } from '../bundler/published-files';
import { BundleReport, bundleReport } from '../bundler/report/bundle-report';
import { BundleStore } from '../bundler/store';
import { openStore } from '../bundler/stores/open-store';

/** What `bundle` is given. */
export interface BundleRequest {
  /** Absent: those of the stack. */
  readonly roots?: readonly RootSource[];
  readonly stack: string;
  /** Absent: the stack's; none when roots are given. */
  readonly store?: string;
  readonly publish: boolean;
  readonly onHash?: (progress: HashProgress) => void;
  readonly onPublish?: PublishOptions['onProgress'];
  readonly signal?: AbortSignal;
}

/** What a bundle holds and what a publish would ship; with `publish`, what it shipped. @throws BundleError, SubmitterError */
export async function bundleRoots(request: BundleRequest): Promise<{ report: PublishReport; page: BundleReport }> {
  const { roots, store: url } = source(request);
  if (request.publish && url === undefined) {
    throw new SubmitterError('STORE_MISSING', ExitCode.USAGE, '--publish: no store was given', 'add --store URL, such as --store file:///srv/bundles/');
  }
  const plan = planBundle({ roots, onProgress: request.onHash });
  const store = url === undefined ? undefined : openStore(url);
  const missing = store ? new Set((await missingShards(plan, store)).map(({ key }) => key)) : undefined;
  const page = bundleReport(plan, store && missing && {
    url: store.url,
    missing,
    lastPublished: (root) => lastPublished(cacheDirectory(), store.url, root),
  });
  return { report: publishReport(plan, await ship(plan, request, store, missing)), page };
}

async function ship(
  plan: BundlePlan, request: BundleRequest, store: BundleStore | undefined, missing: ReadonlySet<string> | undefined,
): Promise<Shipped> {
  if (!request.publish || !store) { return { missing: missing?.size ?? shardCount(plan), published: 0, shipped: 0 }; }
  const done = await publishAndRemember(plan, store, { onProgress: request.onPublish, signal: request.signal });
  return { missing: done.missingShards, published: done.publishedShards, shipped: done.shippedBytes };
}

function source(request: BundleRequest): { roots: readonly RootSource[]; store: string | undefined } {
  if (request.roots) { return { roots: request.roots, store: request.store }; }
  const { descriptor, directory } = loadStack(request.stack);
  if (!descriptor.bundle) {
    throw new SubmitterError('NO_BUNDLE', ExitCode.USAGE, `${descriptor.environment} has no bundle: its code is in the image`, 'give --root PATH to look at a directory');
  }
  return { roots: readPlanFile(directory, descriptor.bundle.digest).roots, store: request.store ?? descriptor.bundle.store };
}
