import { RunHistory } from '../../../src/submitter/run-history';
import { RunProgress } from '../../../src/submitter/run-progress';
import { RunRecord, withAttempt } from '../../../src/submitter/run-record';
import { runReport } from '../../../src/submitter/run-report';
import { RuntimeEvent } from '../../../src/submitter/runtime-event';
import { record } from '../sample';

/** When the runs of these tests begin, in Unix seconds: just after they were recorded. */
export const START = Date.parse('2026-11-24T20:00:00Z') / 1000;

/** An event so many seconds after the start. */
export function event(after: number, fields: object): RuntimeEvent {
  return { schema: 'runtime-events/v1', at: START + after, run: 'r', attempt: 1, ...fields } as RuntimeEvent;
}

const started = (after: number, phase: string, more: object = {}) => event(after, { type: 'phase', phase, state: 'started', ...more });
const ended = (after: number, phase: string, seconds: number, more: object = {}) => event(after, { type: 'phase', phase, state: 'ended', seconds, ...more });

/** A run of 60 seconds, of which 40 pass until there are workers. */
export const SLOW_START: readonly RuntimeEvent[] = [
  started(4, 'download zips'), ended(5, 'download zips', 1),
  started(5, 'plan scans'), event(6, { type: 'plan', table: 't', tableVersion: 3, fragments: 2, rows: 100, rowsDone: 0, tasks: 2, concurrency: 4 }), ended(6, 'plan scans', 1),
  started(6, 'schedule actors'), event(46, { type: 'workers', up: 1, wanted: 4 }), ended(46, 'schedule actors', 40),
  started(46, 'execute UDF'), event(47, { type: 'workers', up: 2, wanted: 4 }), event(48, { type: 'progress', rowsDone: 40, rows: 100, tasksDone: 0, tasks: 2 }),
  started(49, 'write fragments'), event(50, { type: 'checkpoint', fragment: 0, rows: 50, bytes: 400 }), event(51, { type: 'progress', rowsDone: 96, rows: 100, tasksDone: 1, tasks: 2 }),
  event(58, { type: 'checkpoint', fragment: 1, rows: 50, bytes: 400 }), event(58, { type: 'progress', rowsDone: 100, rows: 100, tasksDone: 2, tasks: 2 }),
  ended(58, 'execute UDF', 12), ended(58, 'write fragments', 9),
  started(59, 'commit'), ended(60, 'commit', 1), event(60, { type: 'commit', table: 't', tableVersion: 4, fragments: 2 }),
  event(60, { type: 'result', table: 't', tableVersion: 4, rows: 100, fragments: 2, bytesWritten: 800, seconds: 56 }),
];

/** The record of a run that was submitted, and took so many seconds. */
export function submitted(changes: Partial<RunRecord> = {}): RunRecord {
  const made = record({ phases: [{ name: 'publish', startedAt: '2026-11-24T20:00:00.000Z', seconds: 1 }], ...changes });
  return withAttempt(made, { state: 'submitted', submittedAt: '2026-11-24T20:00:01.000Z' });
}

/** What is known of a run whose job stands so. */
export function history(events: readonly RuntimeEvent[], status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED', made = submitted()): RunHistory {
  const progress = RunProgress.of(made);
  events.forEach((each) => progress.apply(each));
  return { record: made, events, report: runReport(made, { submission_id: 'x', status }, progress), isUncertain: false };
}
