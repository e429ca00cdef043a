import { setTimeout as sleep } from 'timers/promises';
import { ExitCode } from './exit-code';
import { NoContactError } from './no-contact';
import { RayJob, RayJobsClient, SubmissionAnswer } from './ray-jobs';
import { lastAttempt, RunRecord, withAttempt } from './run-record';
import { isSameSubmission, submission } from './run-spec';
import { RunStore } from './run-store';
import { SubmitterError } from './submitter-error';

/** A head that has just started has no agent yet and answers 500 for a while. */
const DELIVERY_MS = 60_000;

const PAUSE_MS = 500;

/** What a delivery needs besides the record. */
export interface DeliveryOptions {
  /** URL of the zip that carries the runtime. `undefined`: the image has it. */
  readonly runtimeUrl: string | undefined;
  readonly sessionName: string;
}

/**
 * Submits the newest attempt of a record, once.
 *
 * An answer that is lost or unclear is never taken for a failure: the submission id is looked up, and a job that is there
 * is adopted. Sending again is safe, since Ray refuses a second job with the same id.
 *
 * @throws SubmitterError SUBMISSION_REFUSED, SUBMISSION_CONFLICT or SUBMISSION_UNANSWERED
 */
export async function deliver(record: RunRecord, client: RayJobsClient, store: RunStore, options: DeliveryOptions): Promise<RunRecord> {
  const attempt = lastAttempt(record);
  const deadline = performance.now() + DELIVERY_MS;
  for (;;) {
    const answer = await client.submit(submission(record, attempt, options.runtimeUrl));
    if (answer.kind === 'refused') {
      store.save(withAttempt(record, { state: 'failed', reason: answer.reason }));
      throw submissionRefused(client, attempt.submissionId, answer.reason);
    }
    if (answer.kind === 'accepted' || await isThere(record, client)) {
      return store.save(withAttempt(record, { state: 'submitted', submittedAt: new Date().toISOString(), sessionName: options.sessionName }));
    }
    if (performance.now() + PAUSE_MS > deadline) { throw unanswered(record, client, answer); }
    await sleep(PAUSE_MS);
  }
}

/** The error for a submission that a head will never take. */
export function submissionRefused({ address }: RayJobsClient, id: string, reason: string): SubmitterError {
  return new SubmitterError('SUBMISSION_REFUSED', ExitCode.FAILED, `${address} refuses ${id}: ${reason}`,
    'geneva-stack doctor tells whether the cluster runs the Ray release that the stack declares');
}

async function isThere(record: RunRecord, client: RayJobsClient): Promise<boolean> {
  const { submissionId } = lastAttempt(record);
  let job: RayJob | undefined;
  try {
    job = await client.job(submissionId);
  } catch (error) {
    if (error instanceof NoContactError) { return false; }
    throw error;
  }
  if (job && !isSameSubmission(job, record)) {
    throw new SubmitterError('SUBMISSION_CONFLICT', ExitCode.CONFLICT, `${client.address} has a job ${submissionId} with another spec`, 'submit with another --run-key');
  }
  return job !== undefined;
}

function unanswered(record: RunRecord, client: RayJobsClient, answer: Extract<SubmissionAnswer, { kind: 'unknown' }>): SubmitterError {
  return new SubmitterError('SUBMISSION_UNANSWERED', ExitCode.NOT_READY,
    `${client.address} did not take ${lastAttempt(record).submissionId} in ${DELIVERY_MS / 1000} s: ${answer.reason}`,
    'run the same command again: it goes on with the same run, never with a second one');
}
