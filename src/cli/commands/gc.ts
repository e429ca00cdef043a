import { collectGarbage, Collected, Garbage, garbage, GarbageQuery } from '../../bundler/gc';
import { BundleStore, StoredObject } from '../../bundler/store';
import { openStore } from '../../bundler/stores/open-store';
import { bytes, counted, duration } from '../../submitter/amounts';
import { ExitCode } from '../../submitter/exit-code';
import { loadStack } from '../../submitter/stack';
import { SubmitterError } from '../../submitter/submitter-error';
import { table } from '../format';
import { Io } from '../io';
import { CommonOptions } from '../options';

/** Options of `geneva-stack gc`; lengths of time in milliseconds. */
export interface GcOptions extends CommonOptions {
  readonly store: string;
  readonly stack: string[];
  readonly olderThan: number;
  readonly singleOlderThan?: number;
  readonly grace: number;
  readonly delete?: boolean;
}

/** `geneva-stack gc` */
export async function gcCommand(io: Io, options: GcOptions): Promise<ExitCode> {
  const store = openStore(options.store);
  const keepBundles = options.stack.length > 0 || await hasManifests(store) ? bundlesOf(options.stack, store) : [];
  const query = { keepBundles, olderThanMs: options.olderThan, singleOlderThanMs: options.singleOlderThan, now: new Date() };
  if (options.delete) { return collect(io, store, query, options.grace); }
  const found = await garbage(store, query);
  io.result(found, () => describeGarbage(found, query));
  return ExitCode.OK;
}

async function collect(io: Io, store: BundleStore, query: GarbageQuery, graceMs: number): Promise<ExitCode> {
  io.say(`marking, then waiting ${duration(graceMs / 1000)} for publishes under way; stopping at any time does no harm`);
  const collected = await collectGarbage(store, query, { graceMs });
  io.result(collected, () => describeCollected(collected));
  return collected.publishAgain.length === 0 ? ExitCode.OK : ExitCode.FAILED;
}

/** A store for a plain Ray has none, and no stack. */
async function hasManifests(store: BundleStore): Promise<boolean> {
  for await (const _ of store.list('manifests/')) { return true; } // eslint-disable-line @typescript-eslint/no-unused-vars
  return false;
}

/** Digests that the stacks name in this store. None at all is more likely a slip than a wish. */
function bundlesOf(paths: readonly string[], store: BundleStore): string[] {
  const bundles = (paths.length === 0 ? ['dist'] : paths).map((path) => loadStack(path).descriptor.bundle);
  const digests = bundles.flatMap((bundle) => bundle && openStore(bundle.store).url === store.url ? [bundle.digest] : []);
  if (digests.length === 0) {
    throw new SubmitterError('STORE_UNUSED', ExitCode.USAGE, `got ${counted(bundles.length, 'stack')}, expected one that keeps its bundle in ${store.url}`,
      'pass --stack PATH once for each stack that uses the store: what none of them names may be deleted');
  }
  return digests;
}

function describeGarbage({ manifests, shards, singles }: Garbage, { now, singleOlderThanMs }: GarbageQuery): string {
  const kept = singleOlderThanMs === undefined ? 'runtime/ and single/ are kept' : 'runtime/ is kept';
  const objects = [...manifests, ...shards, ...singles];
  const summary = `${countedAll(manifests.length, shards.length, singles.length)}, ${bytes(total(objects))}, could be deleted: gc --delete; ${kept}`;
  const rows = objects.map(({ key, bytes: size, modifiedAt }) => [key, bytes(size), `${Math.floor((now.getTime() - modifiedAt.getTime()) / 86_400_000)} d old`]);
  return rows.length === 0 ? `nothing to delete; ${kept}` : `${table(rows)}\n${summary}`;
}

function describeCollected({ manifests, shards, singles, bytes: size, spared, publishAgain }: Collected): string {
  const lines = [`deleted ${countedAll(manifests, shards, singles)}, ${bytes(size)}`];
  if (spared.length > 0) { lines.push(`kept ${counted(spared.length, 'zip')}: named by a bundle that was published meanwhile`); }
  lines.push(...publishAgain.map((digest) => `bundle ${digest.slice(0, 12)} was published while its shards were deleted: publish it again`));
  return lines.join('\n');
}

function countedAll(manifests: number, shards: number, singles: number): string {
  const counts = [counted(manifests, 'manifest'), counted(shards, 'shard'), ...singles > 0 ? [counted(singles, 'whole root')] : []];
  return `${counts.slice(0, -1).join(', ')} and ${counts[counts.length - 1]}`;
}

function total(objects: readonly StoredObject[]): number {
  return objects.reduce((sum, object) => sum + object.bytes, 0);
}
