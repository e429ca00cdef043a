import { SeenPhase, SkippedPhase } from './phases';
import { BackfillDescriptor, MaterializedViewDescriptor, WorkerGroupDescriptor } from '../descriptor/stack-descriptor';

/** Version of the format that this release writes and reads. */
export const RUN_RECORD_SCHEMA = 'run-record/v1';

/** What the submitter knows about one run; see `schemas/run-record.v1.schema.json`. */
export interface RunRecord {
  readonly schema: typeof RUN_RECORD_SCHEMA;
  readonly run: string;
  readonly runKey: string;
  /** Whether the caller chose the run key. Then there is at most one run for it, ever. */
  readonly runKeyGiven?: boolean;
  readonly environment: string;
  readonly namespace: string;
  readonly job: string;
  readonly specDigest: string;
  readonly target: string;
  readonly address: string;
  /** RayJob that has a cluster of its own for this run. Absent: it runs on one that was there before. */
  readonly rayJob?: string;
  readonly createdAt: string;
  readonly spec: RunSpec;
  /** Steps that the submitter itself saw. */
  readonly phases?: readonly SeenPhase[];
  /** Steps that the submitter watched for and that did not come. */
  readonly skippedPhases?: readonly SkippedPhase[];
  readonly attempts: Attempt[];
}

/** What a run is to do: a runtime job spec without run and attempt. */
export interface RunSpec {
  readonly bundle: { readonly store: string; readonly digest: string; readonly manifestSha256: string } | null;
  readonly job: BackfillDescriptor | MaterializedViewDescriptor;
  /** What the cluster may grow by, so that a job that can't fit is refused before it waits. Absent: a local head, which doesn't grow. */
  readonly workerGroups?: readonly WorkerGroupDescriptor[];
}

/** One Ray submission of a run. */
export interface Attempt {
  readonly attempt: number;
  readonly submissionId: string;
  readonly state: AttemptState;
  readonly preparedAt: string;
  readonly submittedAt?: string;
  readonly endedAt?: string;
  readonly sessionName?: string;
  readonly reason?: string;
}

/** `prepared`: written before the POST, so the job may or may not exist. `lost`: the head that had it is gone. */
export type AttemptState = 'prepared' | 'submitted' | 'succeeded' | 'failed' | 'stopped' | 'lost';

/** The newest attempt. */
export function lastAttempt(record: RunRecord): Attempt {
  return record.attempts[record.attempts.length - 1];
}

/** Whether the newest attempt may still be running. */
export function isOpen(record: RunRecord): boolean {
  const { state } = lastAttempt(record);
  return state === 'prepared' || state === 'submitted';
}

/** Whether the run has no outcome yet: it may be running, or wait for another attempt. */
export function isUnfinished(record: RunRecord): boolean {
  return isOpen(record) || lastAttempt(record).state === 'lost';
}

/** The record with its newest attempt changed. */
export function withAttempt(record: RunRecord, change: Partial<Attempt>): RunRecord {
  return { ...record, attempts: [...record.attempts.slice(0, -1), { ...lastAttempt(record), ...change }] };
}

/** The record with one more attempt, prepared. */
export function withNextAttempt(record: RunRecord, now: Date): RunRecord {
  const attempt = lastAttempt(record).attempt + 1;
  return { ...record, attempts: [...record.attempts, preparedAttempt(record.run, attempt, now)] };
}

/** Orders records by when the runs began. */
export function oldestFirst(a: RunRecord, b: RunRecord): number {
  return a.createdAt < b.createdAt ? -1 : Number(a.createdAt > b.createdAt);
}

/** Records and, after them, those of runs that only others tell of. */
export function withOthers(records: readonly RunRecord[], others: readonly RunRecord[]): RunRecord[] {
  const known = new Set(records.map(({ run }) => run));
  return [...records, ...others.filter(({ run }) => !known.has(run))];
}

/** An attempt that is about to be submitted. */
export function preparedAttempt(run: string, attempt: number, now: Date): Attempt {
  return { attempt, submissionId: `${run}-${attempt}`, state: 'prepared', preparedAt: now.toISOString() };
}
