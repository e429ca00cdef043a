import { ExitCode } from './exit-code';
import { lastLine } from './last-line';
import { Phase } from './phases';
import { isTerminal, RayJob } from './ray-jobs';
import { Refresh, RunError, RunProgress } from './run-progress';
import { Attempt, lastAttempt, RunRecord } from './run-record';
import { whyNothing } from './why-nothing';

/** What `submit`, `attach` and `status` print with `--output json`: a contract, see `schemas/run-report.v1.schema.json`. */
export interface RunReport {
  readonly run: string;
  readonly job: string;
  readonly environment: string;
  readonly target: string;
  readonly status: RunStatus;
  /** How the process that reports it ends. */
  readonly exitCode: ExitCode;
  readonly attempts: Array<{ readonly submissionId: string; readonly status: string; readonly reason: string | null }>;
  readonly phases: Phase[];
  /** Rows computed so far. */
  readonly rows: number;
  readonly fragments: number | null;
  readonly tableVersion: number | null;
  /** Rows that became null because their values could not be computed. */
  readonly rowsSkipped: number;
  /** Tasks that were begun again. */
  readonly retries: number;
  /** Of a view: how it was brought up to date. */
  readonly refresh?: Refresh;
  /** Of a backfill that succeeded: why it had nothing to compute. */
  readonly reason?: string;
  readonly bundle: { readonly digest: string; readonly shippedBytes: number } | null;
  readonly error?: RunError;
}

/** Where a run is. `prepared`: recorded, but no cluster has it. */
export type RunStatus = 'prepared' | 'pending' | 'running' | 'succeeded' | 'failed' | 'stopped' | 'lost';

/** Puts a report together from what is recorded, what Ray says and what the runtime told. */
export function runReport(record: RunRecord, job: RayJob | undefined, progress: RunProgress, shippedBytes = 0): RunReport {
  const status = statusOf(record, job, progress);
  const error = status === 'failed' ? progress.error ?? rayError(record, job) : undefined;
  const foundNothing = status === 'succeeded' && progress.rowsDone === 0 && progress.tableFragments > 0;
  const reason = foundNothing ? whyNothing(record.spec.job) : undefined;
  return {
    run: record.run,
    job: record.job,
    environment: record.environment,
    target: record.target,
    status,
    exitCode: exitCodeOf(status),
    attempts: record.attempts.map((attempt) => attemptView(attempt, attempt === lastAttempt(record) ? status : attempt.state)),
    phases: phasesOf(status, progress, endOf(record, job, progress)),
    rows: progress.rowsDone,
    fragments: progress.fragments,
    tableVersion: progress.tableVersion,
    rowsSkipped: progress.rowsSkipped,
    retries: progress.retries,
    ...(progress.refresh ? { refresh: progress.refresh } : {}),
    ...(reason ? { reason } : {}),
    bundle: record.spec.bundle && { digest: record.spec.bundle.digest, shippedBytes },
    ...(error ? { error } : {}),
  };
}

function phasesOf(status: RunStatus, { steps }: RunProgress, endedAt: number | undefined): Phase[] {
  switch (status) {
    case 'prepared': return [...steps.all];
    case 'pending':
    case 'running': return steps.whenSubmitted();
    case 'succeeded': return steps.whenSucceeded();
    default: return steps.whenBrokenOff(status, endedAt);
  }
}

/** When the newest attempt ended, in Unix seconds. Ray's own end is the end of the process, a second or more later. */
function endOf(record: RunRecord, job: RayJob | undefined, progress: RunProgress): number | undefined {
  if (progress.error) { return progress.lastWordAt; }
  const { endedAt } = lastAttempt(record);
  const ms = job?.end_time ?? (endedAt === undefined ? undefined : Date.parse(endedAt));
  return ms === undefined ? progress.lastWordAt : ms / 1000;
}

function attemptView(attempt: Attempt, status: string) {
  return { submissionId: attempt.submissionId, status, reason: attempt.reason ?? null };
}

function statusOf(record: RunRecord, job: RayJob | undefined, progress: RunProgress): RunStatus {
  const { state } = lastAttempt(record);
  if (!job) { return state === 'submitted' ? 'lost' : state; }
  if (!isTerminal(job.status)) { return job.status === 'PENDING' ? 'pending' : 'running'; }
  if (job.status === 'STOPPED') { return 'stopped'; }
  return job.status === 'SUCCEEDED' && progress.hasResult ? 'succeeded' : 'failed';
}

/** What can be said when the runtime told nothing: it never started, was killed, or its log is gone. */
function rayError(record: RunRecord, job: RayJob | undefined): RunError {
  if (job?.status === 'SUCCEEDED') {
    return { code: 'NO_RESULT', message: 'Ray reports SUCCEEDED, but the runtime printed no result', fix: 'read the log: geneva-stack logs RUN' };
  }
  return {
    code: job?.error_type ?? 'RAY_JOB_FAILED',
    message: lastLine(job?.message ?? lastAttempt(record).reason ?? 'Ray gave no reason').slice(0, 500),
    fix: 'read the log: geneva-stack logs RUN; submit again to go on from the checkpoints',
  };
}

function exitCodeOf(status: RunStatus): ExitCode {
  switch (status) {
    case 'failed': return ExitCode.FAILED;
    case 'stopped': return ExitCode.STOPPED;
    case 'lost': return ExitCode.LOST_CONTACT;
    default: return ExitCode.OK;
  }
}
