import { ExitCode } from './exit-code';
import { RunCluster } from './kubernetes/run-cluster';
import { RunProgress } from './run-progress';
import { isUnfinished, RunRecord, withAttempt } from './run-record';
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
  await cluster.remove();
  if (report) { return report; }
  const ended = isUnfinished(record) ? store.save(withAttempt(record, { state: 'stopped', endedAt: new Date().toISOString() })) : record;
  return runReport(ended, undefined, RunProgress.of(ended));
}

async function orNone(stopJob: () => Promise<RunReport>): Promise<RunReport | undefined> {
  try {
    return await stopJob();
  } catch (error) {
    if (error instanceof SubmitterError && NO_HEAD.includes(error.exitCode)) { return undefined; }
    throw error;
  }
}
