import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { BACKFILL, record, SPEC } from './sample';
import { RayJob } from '../../src/submitter/ray-jobs';
import { RunProgress } from '../../src/submitter/run-progress';
import { withAttempt } from '../../src/submitter/run-record';
import { runReport } from '../../src/submitter/run-report';
import { parseEvent, RuntimeEvent } from '../../src/submitter/runtime-event';

const job = (status: RayJob['status'], changes: Partial<RayJob> = {}): RayJob => ({ submission_id: 'x', status, ...changes });
const event = (fields: object) => parseEvent(JSON.stringify({ schema: 'runtime-events/v1', at: 1_700_000_000, run: 'r', attempt: 1, ...fields }))!;
const RESULT = event({ type: 'result', table: 't', tableVersion: 4, rows: 20, fragments: 3, bytesWritten: 9, seconds: 2 });

function progressOf(...events: RuntimeEvent[]): RunProgress {
  const progress = new RunProgress('url');
  events.forEach((each) => progress.apply(each));
  return progress;
}

test('succeeded needs Ray\'s word and the runtime\'s', () => {
  expect(runReport(record(), job('SUCCEEDED'), progressOf(RESULT))).toMatchObject({ status: 'succeeded', exitCode: 0, rows: 20, fragments: 3, tableVersion: 4 });
  expect(runReport(record(), job('SUCCEEDED'), progressOf())).toMatchObject({ status: 'failed', exitCode: 1, error: { code: 'NO_RESULT' } });
});

test('a failure is told as the runtime told it', () => {
  const error = event({ type: 'error', code: 'UDF_FAILED', message: 'm', fix: 'f', fragment: 2, row: 7, traceback: 't' });
  expect(runReport(record(), job('FAILED', { message: 'long log' }), progressOf(error)).error).toEqual({ code: 'UDF_FAILED', message: 'm', fix: 'f', fragment: 2, row: 7, traceback: 't' });
});

test('a failure before the runtime started is told as Ray told it', () => {
  const report = runReport(record(), job('FAILED', { error_type: 'RUNTIME_ENV_SETUP_FAILURE', message: 'Traceback\n  x\nOSError: no space left' }), progressOf());
  expect(report.error).toMatchObject({ code: 'RUNTIME_ENV_SETUP_FAILURE', message: 'OSError: no space left' });
});

test.each<[RayJob['status'] | undefined, string, number]>([['PENDING', 'pending', 0], ['RUNNING', 'running', 0], ['STOPPED', 'stopped', 3], [undefined, 'lost', 5]])('Ray says %s: %s', (status, expected, exitCode) => {
  expect(runReport(withAttempt(record(), { state: 'submitted' }), status && job(status), progressOf())).toMatchObject({ status: expected, exitCode, attempts: [{ status: expected }] });
});

test('how a view was refreshed is told', () => {
  const refreshed = (fields: object) => runReport(record(), job('SUCCEEDED'), progressOf({ ...RESULT, ...fields } as RuntimeEvent)).refresh;
  expect(refreshed({})).toBeUndefined();
  expect(refreshed({ refresh: 'fresh', rowsRemoved: 0 })).toEqual({ kind: 'fresh', rowsRemoved: 0 });
  expect(refreshed({ refresh: 'whole', rowsRemoved: 7, reason: 'its definition changed' })).toEqual({ kind: 'whole', rowsRemoved: 7, reason: 'its definition changed' });
});

const PLANNED = event({ type: 'plan', table: 't', tableVersion: 4, fragments: 3, rows: 0, rowsDone: 0, tasks: 0, concurrency: 0 });
const NOTHING = { ...RESULT, rows: 0, fragments: 0 } as RuntimeEvent;

test.each<[string, object, RuntimeEvent[], string | undefined]>([
  ['that takes rows without a value says so, and how to compute all', {}, [PLANNED, NOTHING], "every row has a value in column 'words'; to compute them again: --set where=true"],
  ['of several columns names them', { column: undefined, columns: ['a', 'b'] }, [PLANNED, NOTHING], "every row has a value in each of the columns 'a', 'b'; to compute them again: --set where=true"],
  ['with a condition of its own knows no reason', { where: 'id > 9' }, [PLANNED, NOTHING], undefined],
  ['of an empty table knows no reason', {}, [{ ...PLANNED, fragments: 0 } as RuntimeEvent, NOTHING], undefined],
  ['that computed rows needs none', {}, [PLANNED, RESULT], undefined],
])('a backfill with nothing to compute %s', (_, changes, events, reason) => {
  const spec = { ...SPEC, job: { ...BACKFILL, ...changes } };
  expect(runReport(record({ spec }), job('SUCCEEDED'), progressOf(...events)).reason).toBe(reason);
});

test('rows that were skipped and tasks that were begun again are counted', () => {
  const told = [event({ type: 'skipped', rows: 3 }), event({ type: 'skipped', rows: 4 }), event({ type: 'retry', fragment: 1, reason: 'the worker was killed' })];
  expect(runReport(record(), job('RUNNING'), progressOf(...told))).toMatchObject({ rowsSkipped: 7, retries: 1 });
});

test.each<[string, RayJob | undefined, RuntimeEvent[]]>([
  ['not submitted', undefined, []],
  ['running', job('RUNNING'), [event({ type: 'phase', phase: 'plan scans', state: 'started' })]],
  ['succeeded', job('SUCCEEDED'), [{ ...RESULT, refresh: 'whole', reason: 'it is new' } as RuntimeEvent]],
  ['succeeded with nothing to compute', job('SUCCEEDED'), [PLANNED, NOTHING]],
  ['failed', job('FAILED'), [event({ type: 'error', code: 'UDF_FAILED', message: 'm', fix: 'f', fragment: 2, row: 7, traceback: 't' })]],
])('what is printed of a run that is %s follows its schema', (_, rayJob, events) => {
  const validate = new Ajv({ strict: false, formats: { 'date-time': (text: string) => new Date(text).toISOString() === text } })
    .compile(JSON.parse(readFileSync(join(__dirname, '..', '..', 'schemas', 'run-report.v1.schema.json'), 'utf8')) as object);
  validate(JSON.parse(JSON.stringify(runReport(record(), rayJob, progressOf(...events)))));
  expect(validate.errors).toBeNull();
});

test.each(['', 'hello', '{"schema":"runtime-events/v1","type', '{"schema":"runtime-events/v2","type":"plan"}', '{"a": 1}'])('%p is the user\'s own output', (line) => {
  expect(parseEvent(line)).toBeUndefined();
});
