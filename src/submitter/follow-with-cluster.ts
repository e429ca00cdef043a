import { setTimeout as sleep } from 'timers/promises';
import { ExitCode } from './exit-code';
import { followRun, FollowRunOptions } from './follow-run';
import { endOf, RunCluster } from './kubernetes/run-cluster';
import { NoContactError } from './no-contact';
import { isUnfinished, RunRecord, withAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { SubmitterError } from './submitter-error';

/** Between two looks at the RayJob: its limits are hours. */
const PAUSE_MS = 5_000;

/**
 * Follows a run that has a cluster of its own, to its end, or until KubeRay ends it.
 *
 * @throws SubmitterError RUN_OVERDUE, and those of {@link followRun}
 */
export async function followWithCluster(record: RunRecord, cluster: RunCluster, options: Omit<FollowRunOptions, 'resubmit'>): Promise<RunReport> {
  const followed = new AbortController();
  const over = new AbortController();
  let end: ClusterEnd | undefined;
  const watching = watch(cluster, followed.signal).then((seen) => {
    end = seen;
    if (seen) { over.abort(); }
  });
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
    return await followRun(record, { ...options, signal });
  } catch (error) {
    if (!end || options.signal?.aborted) { throw error; }
    if (end.kind === 'overdue') { throw runOverdue(record, options.store, end.reason); }
    return runReport(deleted(record, options.store), undefined, options.progress);
  } finally {
    followed.abort();
    await watching;
  }
}

/** The record of a run whose cluster somebody deleted: as `stop` wrote it down, here or elsewhere. */
function deleted(record: RunRecord, store: RunStore): RunRecord {
  const known = store.find(record.run) ?? record;
  return isUnfinished(known) ? store.save(withAttempt(known, { state: 'stopped', reason: 'its cluster was deleted', endedAt: new Date().toISOString() })) : known;
}

/** Closes the record of a run that KubeRay has ended. */
export function runOverdue(record: RunRecord, store: RunStore, reason: string): SubmitterError {
  store.save(withAttempt(record, { state: 'failed', reason, endedAt: new Date().toISOString() }));
  return new SubmitterError('RUN_OVERDUE', ExitCode.TIME_LIMIT, `KubeRay ended the cluster of ${record.run}: ${reason}`,
    `geneva-stack submit ${record.job} goes on from what is saved; runClusters: { timeLimit: ... } of the environment gives it longer`);
}

/** How a cluster ended before its run did. */
type ClusterEnd = { readonly kind: 'overdue'; readonly reason: string } | { readonly kind: 'deleted' };

/** Waits for a cluster to end before its run does: KubeRay ends what is late, and `stop` deletes what it has stopped. */
async function watch(cluster: RunCluster, followed: AbortSignal): Promise<ClusterEnd | undefined> {
  while (!followed.aborted) {
    await sleep(PAUSE_MS, undefined, { signal: followed, ref: false }).catch(() => undefined);
    try {
      if (followed.aborted) { return undefined; }
      const rayJob = await cluster.find();
      if (!rayJob) { return { kind: 'deleted' }; }
      const end = endOf(rayJob);
      if (end?.state === 'overdue' || end?.state === 'unsubmitted') { return { kind: 'overdue', reason: end.reason! }; }
    } catch (error) {
      if (!(error instanceof NoContactError || error instanceof SubmitterError)) { throw error; } // whether there is contact, the status of the job tells
    }
  }
  return undefined;
}
