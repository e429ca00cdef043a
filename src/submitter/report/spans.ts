import { PhaseName } from '../phases';
import { Attempt, RunRecord } from '../run-record';
import { RuntimeEvent } from '../runtime-event';

/** What Ray does between a submission and the first word of the runtime: it sets the job's environment up and starts its driver. */
export const RAY_STARTS = 'Ray starts the job';

/** A stretch of time that went into one step. Times in Unix seconds. */
export interface Span {
  readonly name: PhaseName | typeof RAY_STARTS;
  readonly attempt: number;
  readonly from: number;
  readonly to: number;
  /** Whether nobody told its end: the attempt ended in it, or it goes on. */
  readonly isOpen: boolean;
}

/**
 * The stretches of a run, over all attempts and rounds, in order.
 *
 * A head that was up before the run began is no part of it, so its start is not among them.
 */
export function spansOf(record: RunRecord, events: readonly RuntimeEvent[], end: number): Span[] {
  const phases = (record.phases ?? []).map(({ name, startedAt, seconds }) => {
    const from = Date.parse(startedAt) / 1000;
    return { name, attempt: 1, from, to: from + seconds, isOpen: false };
  });
  const begun = phases.find(({ name }) => name === 'publish')?.from ?? Date.parse(record.createdAt) / 1000;
  const seen = phases.filter(({ to }) => to > begun);
  const told = record.attempts.flatMap((attempt) => {
    const own = events.filter((event) => event.attempt === attempt.attempt);
    return [...rayStart(attempt, own), ...phaseSpans(attempt, own, endOfAttempt(record, attempt, own, end))];
  });
  return [...seen, ...told].sort((a, b) => a.from - b.from);
}

function rayStart({ attempt, submittedAt }: Attempt, events: readonly RuntimeEvent[]): Span[] {
  const [from, to] = [Date.parse(submittedAt ?? '') / 1000, events[0]?.at];
  const isKnown = to !== undefined && from < to; // the clock of this machine and the cluster's may differ
  return isKnown ? [{ name: RAY_STARTS, attempt, from, to, isOpen: false }] : [];
}

function phaseSpans({ attempt }: Attempt, events: readonly RuntimeEvent[], end: number): Span[] {
  const spans: Span[] = [];
  const begun = new Map<PhaseName, number>();
  for (const event of events) {
    if (event.type !== 'phase') { continue; }
    if (event.state === 'started') {
      begun.set(event.phase, event.at);
    } else {
      const from = begun.get(event.phase) ?? event.at - (event.seconds ?? 0); // its start may have been told before anybody wrote it down
      begun.delete(event.phase);
      spans.push({ name: event.phase, attempt, from, to: event.at, isOpen: false });
    }
  }
  begun.forEach((from, name) => spans.push({ name, attempt, from, to: Math.max(from, end), isOpen: true }));
  return spans;
}

function endOfAttempt(record: RunRecord, attempt: Attempt, events: readonly RuntimeEvent[], end: number): number {
  const isLast = attempt === record.attempts[record.attempts.length - 1];
  return isLast ? end : events[events.length - 1]?.at ?? end;
}
