import { setTimeout as sleep } from 'timers/promises';
import { jittered } from './jitter';
import { RunProgress } from './run-progress';
import { AttemptState, isOpen, lastAttempt, RunRecord, withNextAttempt } from './run-record';
import { RunStore } from './run-store';

/** A head that is lost so often will be lost again. */
const MOST_LOST = 3;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Between two looks at whether somebody has stopped the run meanwhile. */
const LOOK_MS = 500;

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

/** Who begins another attempt, and who hears of it. */
export interface NextAttemptOptions {
  readonly store: RunStore;
  readonly progress: RunProgress;
  readonly listener: { onNotice?(text: string): void };
  readonly signal?: AbortSignal;
  /** Where it will run, as the notice says it: ` with another cluster`. Absent: on the head that there is. */
  readonly place?: string;
}

/**
 * Prepares the attempt that goes on with a run, and waits before it when the one before failed; after a lost head there is enough to wait for.
 *
 * It is written down before the pause, so that whoever submits meanwhile takes it, and begins no other run.
 *
 * @returns the record as it is after the pause: somebody may have stopped the run, or begun the attempt
 */
export async function nextAttempt(record: RunRecord, { store, progress, listener, signal, place = '' }: NextAttemptOptions): Promise<RunRecord> {
  const { state, reason = 'it failed' } = lastAttempt(record);
  listener.onNotice?.(`${reason}; starting attempt ${record.attempts.length + 1}${place}, which goes on from the checkpoints`);
  const next = store.save(withNextAttempt(record, new Date()));
  if (state === 'failed') { await pause(next, jittered(pauseMs(times(record, 'failed'))), store, signal); }
  progress.begin(lastAttempt(next).attempt);
  return store.find(next.run) ?? next;
}

/** Waits, unless the run is stopped meanwhile. */
async function pause({ run }: RunRecord, forMs: number, store: RunStore, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + forMs;
  for (let left = forMs; left > 0; left = until - performance.now()) {
    await sleep(Math.min(left, LOOK_MS), undefined, { signal });
    const known = store.find(run);
    if (known && !isOpen(known)) { return; }
  }
}

/** Longer with each attempt that failed: what the function needs may be back by then. */
export function pauseMs(failed: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failed - 1), LONGEST_PAUSE_MS);
}

function times({ attempts }: RunRecord, state: AttemptState): number {
  return attempts.filter((attempt) => attempt.state === state).length;
}
