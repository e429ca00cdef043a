import { ExitCode } from './exit-code';
import { RunCluster } from './kubernetes/run-cluster';
import { RunProgress } from './run-progress';
import { isUnfinished, lastAttempt, RunRecord, withAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { SubmitterError } from './submitter-error';

/** Why a job can't be stopped whose cluster goes anyway: its head is not up yet, or there no more. */
const NO_HEAD = [ExitCode.NOT_READY, ExitCode.LOST_CONTACT];

/**
 * Stops a run that has a cluster of its own, and has the cluster deleted.
 *
 * @param stopJob stops the job at its head
 */
export async function stopWithCluster(
  record: RunRecord, cluster: RunCluster, store: RunStore, stopJob: () => Promise<RunReport>,
): Promise<RunReport> {
  const report = await orNone(stopJob);
  if (report) {
    await cluster.remove();
    return report;
  }
  const newest = store.find(record.run) ?? record;
  const hasBegun = lastAttempt(newest).state !== 'prepared';
  const known = hasBegun ? newest : stopped(newest, store); // before the cluster goes: whoever waits to begin it makes another otherwise
  await cluster.remove();
  const ended = stopped(known, store);
  return runReport(ended, undefined, RunProgress.of(ended));
}

function stopped(record: RunRecord, store: RunStore): RunRecord {
  return isUnfinished(record) ? store.save(withAttempt(record, { state: 'stopped', endedAt: new Date().toISOString() })) : record;
}

async function orNone(stopJob: () => Promise<RunReport>): Promise<RunReport | undefined> {
  try {
    return await stopJob();
  } catch (error) {
    if (error instanceof SubmitterError && NO_HEAD.includes(error.exitCode)) { return undefined; }
    throw error;
  }
}
