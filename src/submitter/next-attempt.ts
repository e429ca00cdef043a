import { setTimeout as sleep } from 'timers/promises';
import { jittered } from './jitter';
import { AttemptState, lastAttempt, RunRecord } from './run-record';

/** A head that is lost so often will be lost again. */
const MOST_LOST = 3;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Whether another attempt goes on with a run, by how its attempts ended.
 *
 * A lost head is nobody's fault, so it has attempts of its own; a job that failed is only begun again for who asks for it, since its
 * function is likely to fail again.
 *
 * @param attempts how often the job may fail, at most
 */
export function goesOn(record: RunRecord, attempts: number): boolean {
  switch (lastAttempt(record).state) {
    case 'lost': return times(record, 'lost') < MOST_LOST;
    case 'failed': return times(record, 'failed') < attempts;
    default: return false;
  }
}

/** Waits before the attempt that follows one that failed. A lost head has been waited for already. */
export async function pauseBeforeNext(record: RunRecord, signal?: AbortSignal): Promise<void> {
  if (lastAttempt(record).state !== 'failed') { return; }
  await sleep(jittered(pauseMs(times(record, 'failed'))), undefined, { signal });
}

/** Longer with each attempt that failed: what the function needs may be back by then. */
export function pauseMs(failed: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failed - 1), LONGEST_PAUSE_MS);
}

function times({ attempts }: RunRecord, state: AttemptState): number {
  return attempts.filter((attempt) => attempt.state === state).length;
}
