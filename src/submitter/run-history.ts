import { isTerminal, RayJobsClient } from './ray-jobs';
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
export async function runHistory(record: RunRecord, store: RunStore, client: RayJobsClient | undefined): Promise<RunHistory> {
  const job = await client?.job(lastAttempt(record).submissionId);
  const events = await runEvents(record, store, client);
  const progress = RunProgress.of(record);
  events.forEach((event) => progress.apply(event));
  const known = job ? ended(record, job.end_time && isTerminal(job.status) ? job.end_time : undefined) : byLastWord(record, progress);
  const isUncertain = !client && isOpen(known) && record.target !== 'local'; // a head on this machine that is gone took its jobs along
  return { record: known, events, report: runReport(known, job, progress), isUncertain };
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
