import { deliver } from './deliver';
import { EventJournal } from './event-journal';
import { ExitCode } from './exit-code';
import { follow, FollowEnd, RunListener } from './follow';
import type { ClusterWatch } from './kubernetes/cluster-watch';
import { lastLine } from './last-line';
import { goesOn, nextAttempt } from './next-attempt';
import { RayJob, RayJobsClient } from './ray-jobs';
import { closed } from './ray-outcome';
import { connect } from './ready';
import { runHistory } from './run-history';
import { RunProgress } from './run-progress';
import { isOpen, isUnfinished, lastAttempt, RunRecord, withAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { SubmitterError } from './submitter-error';

/** Whom and how to follow. */
export interface FollowRunOptions {
  readonly client: RayJobsClient;
  readonly store: RunStore;
  readonly progress: RunProgress;
  readonly listener: RunListener & { onProgress?(progress: RunProgress): void };
  readonly contactTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** What watches the cluster that the run is in. */
  readonly watch?: ClusterWatch;
  /** How to start another attempt when the head is lost, and how often the job may fail. Absent: report the run as it ended. */
  readonly resubmit?: { readonly runtimeUrl: string | undefined; readonly attempts: number };
  readonly shippedBytes?: number;
}

/**
 * Follows a run to its end, over as many attempts as it takes.
 *
 * @throws SubmitterError LOST_CONTACT
 */
export async function followRun(start: RunRecord, options: FollowRunOptions): Promise<RunReport> {
  const { progress, listener } = options;
  const heard: RunListener = {
    ...listener,
    onEvent: (event) => {
      progress.apply(event);
      listener.onEvent?.(event);
      listener.onProgress?.(progress);
    },
  };
  for (let record = start; ;) {
    const end = await followAttempt(record, heard, options);
    if (end.kind === 'no-contact') { throw lostContact(record, end.reason); }
    record = ended(record, end, progress);
    if (!options.resubmit || !goesOn(record, options.resubmit.attempts)) { return reported(record, end, options); }
    const next = await nextAttempt(record, options);
    record = isOpen(next) ? await begun(next, options.resubmit.runtimeUrl, options) : next;
    if (!isOpen(record)) { return runReport(record, undefined, progress, options.shippedBytes); } // somebody stopped it before it began
  }
}

/** Submits the newest attempt, unless somebody here has begun it or stopped it already. */
async function begun({ run, environment, job }: RunRecord, runtimeUrl: string | undefined, { client, store }: FollowRunOptions): Promise<RunRecord> {
  const { session_name: sessionName } = await connect(client);
  return store.exclusively(environment, job, async () => {
    const record = store.find(run)!;
    return lastAttempt(record).state === 'prepared' ? deliver(record, client, store, { runtimeUrl, sessionName }) : record;
  });
}

type AttemptEnd = Exclude<FollowEnd, { kind: 'no-contact' }>;

/** The record with how its newest attempt ended. What ended before its head was gone is not lost. */
function ended(record: RunRecord, end: AttemptEnd, progress: RunProgress): RunRecord {
  if (end.kind === 'lost') { return isUnfinished(record) ? withAttempt(record, { state: 'lost', reason: end.reason }) : record; }
  const reason = whyEnded(end.job, progress)?.slice(0, 500);
  return withAttempt(closed(record, end.job), reason === undefined ? {} : { reason });
}

function whyEnded({ status, message }: RayJob, { error }: RunProgress): string | undefined {
  if (error) { return `${error.code}: ${error.message}`; }
  return status === 'FAILED' && message ? lastLine(message) : undefined;
}

async function reported(record: RunRecord, end: AttemptEnd, options: FollowRunOptions): Promise<RunReport> {
  const { store, progress, watch, shippedBytes } = options;
  if (end.kind === 'ended') {
    await watch?.finish();
    return runReport(store.save(withPhases(record, watch)), end.job, progress, shippedBytes);
  }
  if (lastAttempt(record).state === 'lost') { return runReport(store.save(record), undefined, progress, shippedBytes); }
  return (await runHistory(record, store, undefined)).report;
}

/** Follows the newest attempt, and keeps what it tells on this machine. */
async function followAttempt(record: RunRecord, heard: RunListener, options: FollowRunOptions): Promise<FollowEnd> {
  const { submissionId, sessionName, attempt } = lastAttempt(record);
  const journal = new EventJournal(options.store.journalPath(record.run, attempt));
  const listener: RunListener = {
    ...heard,
    onEvent: (event) => {
      journal.add(event);
      heard.onEvent?.(event);
    },
  };
  try {
    const { contactTimeoutMs, signal } = options;
    return await follow(options.client, submissionId, listener, { sessionName, contactTimeoutMs, signal });
  } finally {
    journal.close();
  }
}

/** The record with what was seen of the cluster; what was written down before is what was seen earlier of the same. */
function withPhases(record: RunRecord, watch: ClusterWatch | undefined): RunRecord {
  if (!watch) { return record; }
  const { seen } = watch;
  const others = (record.phases ?? []).filter(({ name }) => !seen.some((phase) => phase.name === name));
  const phases = [...others, ...seen];
  const skippedPhases = watch.skipped.filter(({ name }) => !phases.some((phase) => phase.name === name));
  return { ...record, ...(phases.length > 0 ? { phases } : {}), ...(skippedPhases.length > 0 ? { skippedPhases } : {}) };
}

function lostContact(record: RunRecord, reason: string): SubmitterError {
  return new SubmitterError('LOST_CONTACT', ExitCode.LOST_CONTACT, `no contact with the cluster: ${reason}. The run may go on`,
    `geneva-stack attach ${record.run} once the cluster is in reach`);
}
