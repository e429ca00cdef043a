import { setTimeout as sleep } from 'timers/promises';
import { ExitCode } from './exit-code';
import { followRun, FollowRunOptions } from './follow-run';
import { endOf, RunCluster } from './kubernetes/run-cluster';
import { NoContactError } from './no-contact';
import { RunRecord, withAttempt } from './run-record';
import { RunReport } from './run-report';
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
  const overdue = new AbortController();
  const watching = watch(cluster, followed.signal).then((reason) => { if (reason !== undefined) { overdue.abort(reason); } });
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, overdue.signal]) : overdue.signal;
    return await followRun(record, { ...options, signal });
  } catch (error) {
    if (!overdue.signal.aborted) { throw error; }
    throw runOverdue(record, options.store, String(overdue.signal.reason));
  } finally {
    followed.abort();
    await watching;
  }
}

/** Closes the record of a run that KubeRay has ended. */
export function runOverdue(record: RunRecord, store: RunStore, reason: string): SubmitterError {
  store.save(withAttempt(record, { state: 'failed', reason, endedAt: new Date().toISOString() }));
  return new SubmitterError('RUN_OVERDUE', ExitCode.TIME_LIMIT, `KubeRay ended the cluster of ${record.run}: ${reason}`,
    `geneva-stack submit ${record.job} goes on from what is saved; runClusters: { timeLimit: ... } of the environment gives it longer`);
}

/** Why KubeRay ended it for being late, as soon as it has. */
async function watch(cluster: RunCluster, followed: AbortSignal): Promise<string | undefined> {
  while (!followed.aborted) {
    await sleep(PAUSE_MS, undefined, { signal: followed, ref: false }).catch(() => undefined);
    try {
      const end = followed.aborted ? undefined : endOf(await cluster.find() ?? { metadata: { name: '' } });
      if (end?.state === 'overdue' || end?.state === 'unsubmitted') { return end.reason; }
    } catch (error) {
      if (!(error instanceof NoContactError || error instanceof SubmitterError)) { throw error; } // whether there is contact, the status of the job tells
    }
  }
  return undefined;
}
