import type { ClusterApi } from './kubernetes/cluster-api';
import { ClusterWatch } from './kubernetes/cluster-watch';
import { Phase } from './phases';
import { isTerminal, RayJob, RayJobsClient } from './ray-jobs';
import { runEvents } from './run-events';
import { RunProgress } from './run-progress';
import { isOpen, lastAttempt, RunRecord, withAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { RuntimeEvent } from './runtime-event';

/** All that is known of a run. */
export interface RunHistory {
  readonly record: RunRecord;
  /** What it told, over all attempts, oldest first. */
  readonly events: readonly RuntimeEvent[];
  readonly report: RunReport;
  /** Whether the run may still go on where nobody here can see it. */
  readonly isUncertain: boolean;
}

/** What is known of a run, with its cluster or without. */
export async function runHistory(record: RunRecord, store: RunStore, client: RayJobsClient | undefined, cluster?: ClusterApi): Promise<RunHistory> {
  const job = await client?.job(lastAttempt(record).submissionId);
  const events = await runEvents(record, store, client);
  const progress = RunProgress.of(record);
  events.forEach((event) => progress.apply(event));
  if (cluster) { progress.steps.stand(await stillSeen(record, job, cluster, progress)); }
  const known = job ? ended(record, job.end_time && isTerminal(job.status) ? job.end_time : undefined) : byLastWord(record, progress);
  const isUncertain = !client && isOpen(known) && record.target !== 'local'; // a head on this machine that is gone took its jobs along
  return { record: known, events, report: runReport(known, job, progress), isUncertain };
}

/** What the cluster still shows of a run's steps. Of one that has ended, traces may be gone: there only a step counts that nobody wrote down. */
async function stillSeen(record: RunRecord, job: RayJob | undefined, cluster: ClusterApi, { phases }: RunProgress): Promise<Phase[]> {
  const shown = await new ClusterWatch(cluster, new Date(record.createdAt), {}).look();
  if (job && !isTerminal(job.status)) { return [...shown]; }
  return shown.filter(({ name, state }) => state === 'done' && phases.find((phase) => phase.name === name)?.state === 'unseen');
}

function ended(record: RunRecord, endTime: number | undefined): RunRecord {
  return endTime === undefined ? record : withAttempt(record, { endedAt: new Date(endTime).toISOString() });
}

/** The record of a run that ended while nobody looked, and whose head is gone: the runtime's last word counts. */
function byLastWord(record: RunRecord, progress: RunProgress): RunRecord {
  const { lastWordAt, hasResult, error } = progress;
  if (!isOpen(record) || lastWordAt === undefined || !(hasResult || error)) { return record; }
  return withAttempt(record, { state: hasResult ? 'succeeded' : 'failed', endedAt: new Date(lastWordAt * 1000).toISOString() });
}
