import { deliver } from './deliver';
import { EventJournal } from './event-journal';
import { ExitCode } from './exit-code';
import { follow, FollowEnd, RunListener } from './follow';
import type { ClusterWatch } from './kubernetes/cluster-watch';
import { RayJob, RayJobsClient } from './ray-jobs';
import { closed } from './ray-outcome';
import { connect } from './ready';
import { RunProgress } from './run-progress';
import { lastAttempt, RunRecord, withAttempt, withNextAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { SubmitterError } from './submitter-error';

/** A head that is lost so often will be lost again. */
export const MOST_ATTEMPTS = 3;

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
  /** How to start another attempt when the head is lost. Absent: report the run as lost. */
  readonly resubmit?: { readonly runtimeUrl: string | undefined };
  readonly shippedBytes?: number;
}

/**
 * Follows a run to its end, over as many attempts as it takes.
 *
 * @throws SubmitterError LOST_CONTACT
 */
export async function followRun(start: RunRecord, options: FollowRunOptions): Promise<RunReport> {
  const { client, store, progress, listener } = options;
  const heard: RunListener = {
    ...listener,
    onEvent: (event) => {
      progress.apply(event);
      listener.onEvent?.(event);
      listener.onProgress?.(progress);
    },
  };
  for (let record = start; ;) {
    const { shippedBytes } = options;
    const end = await followAttempt(record, heard, options);
    if (end.kind === 'ended') {
      await options.watch?.finish();
      return runReport(store.save(finished(record, end.job, options)), end.job, progress, shippedBytes);
    }
    if (end.kind === 'no-contact') { throw lostContact(record, end.reason); }
    record = store.save(withAttempt(record, { state: 'lost', reason: end.reason }));
    if (options.resubmit === undefined || record.attempts.length >= MOST_ATTEMPTS) { return runReport(record, undefined, progress, shippedBytes); }
    listener.onNotice?.(`${end.reason}; starting attempt ${record.attempts.length + 1}, which goes on from the checkpoints`);
    const { session_name } = await connect(client);
    record = await deliver(store.save(withNextAttempt(record, new Date())), client, store, { ...options.resubmit, sessionName: session_name });
  }
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

function finished(record: RunRecord, job: RayJob, { progress, watch }: FollowRunOptions): RunRecord {
  const done = withPhases(closed(record, job), watch);
  return progress.error ? withAttempt(done, { reason: `${progress.error.code}: ${progress.error.message}`.slice(0, 500) }) : done;
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
