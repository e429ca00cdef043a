import { setTimeout as sleep } from 'timers/promises';
import { ExitCode } from './exit-code';
import { isTerminal, RayJobsClient } from './ray-jobs';
import { closed } from './ray-outcome';
import { RunProgress } from './run-progress';
import { isOpen, lastAttempt, RunRecord, withAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { reportOf } from './runs';
import { SubmitterError } from './submitter-error';

/** Ray terminates a driver, waits, then kills it; more than this is not a stop. */
const STOP_MS = 60_000;

const PAUSE_MS = 300;

/**
 * Stops a run and waits for its true end. A run that has ended is left as it is.
 *
 * @throws SubmitterError RUN_LOST or STOP_UNANSWERED
 */
export async function stopRun(record: RunRecord, client: RayJobsClient, store: RunStore): Promise<RunReport> {
  const { submissionId } = lastAttempt(record);
  const deadline = performance.now() + STOP_MS;
  for (let asked = false; performance.now() < deadline;) {
    const job = await client.job(submissionId);
    if (!job) {
      const unbegun = await stopUnbegun(record, client, store);
      if (unbegun) { return unbegun; }
      if (await client.job(submissionId)) { continue; } // begun meanwhile
      throw new SubmitterError('RUN_LOST', ExitCode.LOST_CONTACT, `${client.address} does not know ${submissionId}: its head is gone, and the job with it`,
        `nothing is left to stop; to go on with the job: geneva-stack submit ${record.job}`);
    }
    if (isTerminal(job.status)) {
      return reportOf(isOpen(record) ? store.save(closed(record, job)) : record, client);
    }
    if (!asked) { await client.stop(submissionId); }
    asked = true;
    await sleep(PAUSE_MS);
  }
  throw new SubmitterError('STOP_UNANSWERED', ExitCode.LOST_CONTACT, `${submissionId} was asked to stop ${STOP_MS / 1000} s ago and still runs`,
    `geneva-stack stop ${record.run} again; if it hangs, it ends with its head: ${record.target === 'local' ? 'geneva-stack local down' : 'delete the Ray cluster'}`);
}

/** Stops a run whose newest attempt nobody has submitted: it waits between two attempts, or who began it is gone. Undefined: there is none. */
async function stopUnbegun({ run, environment, job }: RunRecord, client: RayJobsClient, store: RunStore): Promise<RunReport | undefined> {
  return store.exclusively(environment, job, async () => {
    const record = store.find(run);
    if (!record || lastAttempt(record).state !== 'prepared' || await client.job(lastAttempt(record).submissionId)) { return undefined; }
    const stopped = withAttempt(record, { state: 'stopped', reason: 'stopped before it began', endedAt: new Date().toISOString() });
    return runReport(store.save(stopped), undefined, RunProgress.of(stopped));
  });
}
