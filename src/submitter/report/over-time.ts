import { RuntimeEvent } from '../runtime-event';

/** A number at an instant, in Unix seconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** Rows that were done at an instant, and how many there were to do. */
export interface RowsPoint extends Point {
  readonly total: number;
}

/**
 * Rows done over time. Each attempt goes on from what is checkpointed.
 *
 * After a commit there may be another round, for rows that were appended meanwhile: it counts from zero, so it goes on top.
 */
export function rowsOverTime(events: readonly RuntimeEvent[]): RowsPoint[] {
  const points: RowsPoint[] = [];
  let [attempt, below, done, hasCommitted] = [0, 0, 0, false];
  for (const event of events) {
    if (event.attempt !== attempt) { [attempt, below, hasCommitted] = [event.attempt, 0, false]; }
    if (event.type === 'commit') { hasCommitted = true; }
    if (event.type !== 'plan' && event.type !== 'progress') { continue; }
    if (event.type === 'plan' && hasCommitted) { [below, hasCommitted] = [below + done, false]; }
    done = event.rowsDone;
    points.push({ at: event.at, value: below + done, total: below + event.rows });
  }
  return points;
}

/** Actors that were up over time: none at first, and none once the last of them had nothing left to do. */
export function workersOverTime(events: readonly RuntimeEvent[]): Point[] {
  const points: Point[] = [];
  let attempt = 0;
  for (const event of events) {
    const isNewAttempt = event.attempt !== attempt;
    const areGone = event.type === 'phase' && event.phase === 'execute UDF' && event.state === 'ended';
    if (isNewAttempt || areGone) { points.push({ at: event.at, value: 0 }); }
    if (event.type === 'workers') { points.push({ at: event.at, value: event.up }); }
    attempt = event.attempt;
  }
  return points;
}

/** At most so many points, the last of each stretch of equal length: what a chart can show. */
export function thinned<P extends Point>(points: readonly P[], from: number, to: number, most: number): P[] {
  if (points.length <= most) { return [...points]; }
  const width = Math.max((to - from) / most, Number.MIN_VALUE);
  const kept = new Map(points.map((point) => [Math.floor((point.at - from) / width), point]));
  return [...kept.values()];
}
