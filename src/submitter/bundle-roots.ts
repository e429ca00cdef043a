import { LAYOUTS } from './bundle-layouts';
import { ExitCode } from './exit-code';
import { BundleLayout, PublishReport, publishReport } from './publish-report';
import { loadStack } from './stack';
import { SubmitterError } from './submitter-error';
import { cacheDirectory } from '../bundler/cache-directory';
import { HashProgress } from '../bundler/hash-files';
import { whyNotAsked } from '../bundler/not-asked';
import { planBundle, RootSource } from '../bundler/plan';
import { readPlanFile } from '../bundler/plan-file';
import { PublishOptions } from '../bundler/publish';
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
  readonly layout: BundleLayout;
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
  const layout = LAYOUTS[request.layout];
  const { missing, note } = await missingIn(store, (there) => layout.missing(plan, there), request.publish);
  const page = bundleReport(plan, store && missing && {
    url: store.url,
    missing: missing.shards,
    lastPublished: (root) => lastPublished(cacheDirectory(), store.url, root),
  });
  const done = request.publish && store
    ? await layout.publish(plan, store, { onProgress: request.onPublish, signal: request.signal })
    : layout.wouldShip(plan, store, missing);
  return { report: { ...publishReport(plan, done), ...note ? { notes: [note] } : {} }, page };
}

/** What a store lacks. Who only wants to see what would ship is told without it when it can't be asked. */
async function missingIn<T>(
  store: BundleStore | undefined, ask: (store: BundleStore) => Promise<T>, isNeeded: boolean,
): Promise<{ missing?: T; note?: string }> {
  if (!store) { return {}; }
  try {
    return { missing: await ask(store) };
  } catch (error) {
    if (isNeeded) { throw error; }
    return { note: whyNotAsked(error) };
  }
}

function source(request: BundleRequest): { roots: readonly RootSource[]; store: string | undefined } {
  if (request.roots) { return { roots: request.roots, store: request.store }; }
  const { descriptor, directory } = loadStack(request.stack);
  if (!descriptor.bundle) {
    throw new SubmitterError('NO_BUNDLE', ExitCode.USAGE, `${descriptor.environment} has no bundle: its code is in the image`, 'give --root PATH to look at a directory');
  }
  return { roots: readPlanFile(directory, descriptor.bundle.digest).roots, store: request.store ?? descriptor.bundle.store };
}
