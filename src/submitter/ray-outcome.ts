import { isTerminal, RayJob } from './ray-jobs';
import { AttemptState, RunRecord, withAttempt } from './run-record';

/** The state of an attempt, from the status of its Ray job. */
export function outcomeOf(job: RayJob): AttemptState {
  if (!isTerminal(job.status)) { return 'submitted'; }
  if (job.status === 'STOPPED') { return 'stopped'; }
  return job.status === 'SUCCEEDED' ? 'succeeded' : 'failed';
}

/** The record of a run whose job has ended. */
export function closed(record: RunRecord, job: RayJob): RunRecord {
  return withAttempt(record, { state: outcomeOf(job), endedAt: new Date(job.end_time ?? Date.now()).toISOString() });
}
