import { describeEnd, describeError, describeFailure, describeRun, describeStop, table } from '../../src/cli/format';
import { bytes, duration } from '../../src/submitter/amounts';
import { RunProgress } from '../../src/submitter/run-progress';
import { runReport } from '../../src/submitter/run-report';
import { RuntimeEvent } from '../../src/submitter/runtime-event';
import { record } from '../submitter/sample';

test.each([[0, '0 B'], [999, '999 B'], [1_000, '1.0 kB'], [1_234_567, '1.2 MB'], [5e12, '5.0 TB'], [5e15, '5000.0 TB']])('%d bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

test.each([[0.04, '0.0 s'], [12.34, '12.3 s'], [59.94, '59.9 s'], [59.96, '1 min 0 s'], [125, '2 min 5 s'], [3_600, '1 h 0 min'], [7_260, '2 h 1 min']])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('columns are aligned and lines have no space at their end', () => {
  expect(table([['RUN', 'S'], ['a', 'running'], ['long', '']])).toBe('RUN   S\na     running\nlong');
});

test('every step of a run is a row: when it started, how long it took, and why it is not there', () => {
  const progress = RunProgress.of({ ...record(), phases: [{ name: 'initialize head', startedAt: '2026-11-24T19:59:00.000Z', seconds: 6.1 }] });
  progress.steps.started('plan scans', Date.parse('2026-11-24T20:00:00Z') / 1000);
  const rows = describeRun(runReport(record(), { submission_id: 'x', status: 'RUNNING' }, progress)).split('\n').slice(1);
  const clock = (instant: string) => new Date(instant).toTimeString().slice(0, 8);
  expect(rows).toEqual([
    '  publish            skipped                   the environment has no bundle: its code is in the image',
    '  provision head     skipped                   the head is on this machine',
    `  initialize head    done     ${clock('2026-11-24T19:59:00Z')}  6.1 s`,
    `  plan scans         running  ${clock('2026-11-24T20:00:00Z')}`,
    '  provision workers  skipped                   a head on this machine has no worker nodes',
    '  download images    skipped                   a head on this machine runs no images',
    ...['download zips', 'schedule actors', 'execute UDF', 'write fragments', 'commit'].map((name) => `  ${name.padEnd(17)}  waiting`),
  ]);
});

test.each<[object, string]>([
  [{ refresh: 'fresh', rows: 0, fragments: 0 }, 'the view is fresh: nothing to do, table version 4'],
  [{ refresh: 'changes', rowsRemoved: 2 }, 'only what changed was computed: 20 rows in 3 fragments, table version 4; 2 rows removed or replaced'],
  [{ refresh: 'whole', reason: 'its definition changed' }, '20 rows in 3 fragments, table version 4; the whole view was computed: its definition changed'],
  [{}, '20 rows in 3 fragments, table version 4'],
  [{ rows: 1, fragments: 1 }, '1 row in 1 fragment, table version 4'],
  [{ rows: 44411 }, '44,411 rows in 3 fragments, table version 4'],
])('a result %p reads %p', (fields, text) => {
  const progress = new RunProgress('local');
  progress.apply({ schema: 'runtime-events/v1', type: 'result', at: 1, run: 'r', attempt: 1, table: 't', tableVersion: 4, rows: 20, fragments: 3, bytesWritten: 9, seconds: 2, ...fields } as RuntimeEvent);
  expect(describeEnd(runReport(record(), { submission_id: 'x', status: 'SUCCEEDED' }, progress))).toBe(`${record().run}: succeeded, ${text}`);
});

test('a changed function alone makes no work, which is told, with the way to compute all rows again', () => {
  const progress = new RunProgress('local');
  const common = { schema: 'runtime-events/v1', at: 1, run: 'r', attempt: 1, table: 't', tableVersion: 2 } as const;
  progress.apply({ ...common, type: 'plan', fragments: 1, rows: 0, rowsDone: 0, tasks: 0, concurrency: 0 });
  progress.apply({ ...common, type: 'result', rows: 0, fragments: 0, bytesWritten: 0, seconds: 1 });
  const report = runReport(record(), { submission_id: 'x', status: 'SUCCEEDED' }, progress);
  const text = `${record().run}: succeeded, nothing to compute: every row has a value in column 'words'; to compute them again: --set where=true`;
  expect([describeEnd(report), describeRun(report).split('\n')[0]]).toEqual([text, text]);
});

test('a result says how many rows were skipped on the way', () => {
  const progress = new RunProgress('local');
  const common = { schema: 'runtime-events/v1', at: 1, run: 'r', attempt: 1 } as const;
  progress.apply({ ...common, type: 'skipped', rows: 1 });
  progress.apply({ ...common, type: 'result', table: 't', tableVersion: 4, rows: 44411, fragments: 3, bytesWritten: 9, seconds: 2 });
  const said = describeEnd(runReport(record(), { submission_id: 'x', status: 'SUCCEEDED' }, progress));
  expect(said).toBe(`${record().run}: succeeded, 44,411 rows in 3 fragments, table version 4; 1 row skipped`);
});

test('a run that was not submitted is one line', () => {
  expect(describeRun(runReport(record(), undefined, new RunProgress('local')))).toBe(`${record().run}: prepared`);
});

test('an error names its code, its fix with the run, and the user\'s frames', () => {
  const report = runReport(record(), { submission_id: 'x', status: 'SUCCEEDED' }, new RunProgress('local'));
  expect(describeError(report)).toBe(`error: Ray reports SUCCEEDED, but the runtime printed no result\n  Fix: read the log: geneva-stack logs ${record().run}   [NO_RESULT]`);
});

test.each([
  [{ fragment: 3, row: 17 }, '\n  At: row 17 of fragment 3'],
  [{ fragment: 3 }, '\n  At: fragment 3'],
  [{}, ''],
])('an error at %p says where', (place, text) => {
  const error = { code: 'UDF_FAILED', message: 'f:g raised ValueError: five on number=5', fix: 'fix the function', ...place };
  expect(describeFailure(error, error.fix)).toBe(`error: f:g raised ValueError: five on number=5${text}\n  Fix: fix the function   [UDF_FAILED]`);
});

test('a stop says what is left, and how to go on', () => {
  const stopped = { ...runReport(record(), undefined, new RunProgress('local')), status: 'stopped' as const };
  expect(describeStop(stopped, 'backfill')).toBe(`${stopped.run} stopped; what it saved is kept, and gone on with by geneva-stack submit word-count`);
  expect(describeStop(stopped, 'materialized-view')).toBe(`${stopped.run} stopped; the view is not left half done; to refresh it: geneva-stack submit word-count`);
  expect(describeStop({ ...stopped, status: 'succeeded' }, 'backfill')).toBe(`${stopped.run} had ended already: succeeded`);
});
