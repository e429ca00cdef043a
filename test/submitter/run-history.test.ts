import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { EventJournal } from '../../src/submitter/event-journal';
import { followRun } from '../../src/submitter/follow-run';
import { RayJobsClient } from '../../src/submitter/ray-jobs';
import { runHistory } from '../../src/submitter/run-history';
import { RunProgress } from '../../src/submitter/run-progress';
import { lastAttempt, RunRecord, withAttempt, withNextAttempt } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { RuntimeEvent } from '../../src/submitter/runtime-event';
import { temporaryDirectory } from '../temporary-directory';
import { BACKFILL, record } from './sample';
import { ScriptedHead } from './scripted-head';

const AT = 1_700_000_000;
const event = (after: number, fields: object) => ({ schema: 'runtime-events/v1', at: AT + after, run: 'r', attempt: 1, ...fields }) as RuntimeEvent;
const PLAN = event(1, { type: 'plan', table: 't', tableVersion: 3, fragments: 2, rows: 20, rowsDone: 0, tasks: 2, concurrency: 1 });
const PROGRESS = event(2, { type: 'progress', rowsDone: 10, rows: 20, tasksDone: 1, tasks: 2 });
const RESULT = event(3, { type: 'result', table: 't', tableVersion: 4, rows: 20, fragments: 2, bytesWritten: 9, seconds: 2 });

let store: RunStore;
beforeEach(() => { store = new RunStore(temporaryDirectory()); });

const submitted = (changes: Partial<RunRecord> = {}) => withAttempt(record(changes), { state: 'submitted', submittedAt: new Date(AT * 1000).toISOString() });

/** Writes down what this machine would have heard of an attempt. */
function heard(made: RunRecord, events: readonly RuntimeEvent[], attempt = 1): void {
  const journal = new EventJournal(store.journalPath(made.run, attempt));
  events.forEach((each) => journal.add(each));
  journal.close();
}

/** A table with what the runtime keeps beside it. */
function tableWith(made: RunRecord, events: readonly RuntimeEvent[]): RunRecord {
  const table = join(temporaryDirectory(), 'docs.lance');
  const folder = join(table, '_backfill', made.run.replace(/\./g, '%2E'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'events.ndjson'), events.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return { ...made, spec: { ...made.spec, job: { ...BACKFILL, table } } };
}

describe('with a head', () => {
  let head: ScriptedHead;
  beforeEach(async () => { head = await ScriptedHead.start(); });
  afterEach(async () => head.stop());
  const client = () => new RayJobsClient(head.address, 'secret-token');

  /** A job that the head has, with what it printed. */
  function job(made: RunRecord, status: 'RUNNING' | 'SUCCEEDED', events: readonly RuntimeEvent[]): void {
    const log = `hello\n${events.map((each) => `${JSON.stringify(each)}\n`).join('')}`;
    head.jobs.set(lastAttempt(made).submissionId, {
      submission_id: lastAttempt(made).submissionId, status, metadata: {}, log, start_time: AT * 1000, ...(status === 'RUNNING' ? {} : { end_time: (AT + 5) * 1000 }),
    });
  }

  test('Ray\'s log tells', async () => {
    const made = submitted();
    job(made, 'RUNNING', [PLAN, PROGRESS]);
    const { events, report, isUncertain } = await runHistory(made, store, client());
    expect([events, report.status, report.rows, isUncertain]).toEqual([[PLAN, PROGRESS], 'running', 10, false]);
  });

  test('a run that is followed outlives its head on this machine', async () => {
    const made = submitted();
    job(made, 'SUCCEEDED', [PLAN, PROGRESS, RESULT]);
    await followRun(made, { client: client(), store, progress: RunProgress.of(made), listener: {}, contactTimeoutMs: 5_000 });
    const { events, report } = await runHistory(store.find(made.run)!, store, undefined);
    expect([events, report]).toMatchObject([[PLAN, PROGRESS, RESULT], { status: 'succeeded', rows: 20, tableVersion: 4 }]);
  });

  test('a run that is followed twice is told once', async () => {
    const made = submitted();
    job(made, 'SUCCEEDED', [PLAN, RESULT]);
    const options = { client: client(), store, listener: {}, contactTimeoutMs: 5_000 };
    await followRun(made, { ...options, progress: RunProgress.of(made) });
    await followRun(made, { ...options, progress: RunProgress.of(made) });
    expect((await runHistory(made, store, undefined)).events).toEqual([PLAN, RESULT]);
  });

  test('an attempt whose head is lost is told from what was heard of it', async () => {
    const made = submitted();
    heard(made, [PLAN, PROGRESS]);
    const again = withAttempt(withNextAttempt(withAttempt(made, { state: 'lost' }), new Date()), { state: 'submitted' });
    const second = { ...RESULT, attempt: 2 };
    job(again, 'SUCCEEDED', [second]);
    expect((await runHistory(again, store, client())).events).toEqual([PLAN, PROGRESS, second]);
  });
});

describe('without a head', () => {
  test('a backfill\'s own log beside its table tells', async () => {
    const made = tableWith(submitted(), [PLAN, PROGRESS, RESULT]);
    const { events, report } = await runHistory(made, store, undefined);
    expect([events, report]).toMatchObject([[PLAN, PROGRESS, RESULT], { status: 'succeeded', rows: 20 }]);
  });

  test('a table may be named by a URL, and a run by a key with a dot', async () => {
    const made = tableWith(submitted({ run: 'features-word-count-0123456789-v1.2' }), [RESULT]);
    const url = { ...made, spec: { ...made.spec, job: { ...BACKFILL, table: `file://${(made.spec.job as typeof BACKFILL).table}` } } };
    expect((await runHistory(url, store, undefined)).events).toEqual([RESULT]);
  });

  test('a view\'s own log beside it tells', async () => {
    const made = tableWith(submitted(), [PLAN, RESULT]);
    const destination = (made.spec.job as typeof BACKFILL).table;
    const view = { ...made, spec: { ...made.spec, job: { name: 'long-docs', kind: 'materialized-view' as const, source: '/data/docs.lance', destination } } };
    expect((await runHistory(view, store, undefined)).events).toEqual([PLAN, RESULT]);
  });

  test('what one source lacks the other has, and what both have counts once', async () => {
    const made = tableWith(submitted(), [PROGRESS, RESULT]);
    heard(made, [PLAN, PROGRESS]);
    expect((await runHistory(made, store, undefined)).events).toEqual([PLAN, PROGRESS, RESULT]);
  });

  test('a line that was cut when its writer was killed does not hide the others', async () => {
    const made = submitted();
    heard(made, [PLAN]);
    appendFileSync(store.journalPath(made.run, 1), JSON.stringify(PROGRESS).slice(0, 50));
    expect((await runHistory(made, store, undefined)).events).toEqual([PLAN]);
  });

  test.each<[string, string, readonly RuntimeEvent[], string, boolean]>([
    ['the runtime said that it is done', 'http://10.0.0.1:8265', [PLAN, RESULT], 'succeeded', false],
    ['the runtime said that it failed', 'http://10.0.0.1:8265', [PLAN, event(3, { type: 'error', code: 'UDF_FAILED', message: 'm', fix: 'f' })], 'failed', false],
    ['the head was on this machine, and is gone', 'local', [PLAN, PROGRESS], 'lost', false],
    ['the head is elsewhere, and may be there', 'http://10.0.0.1:8265', [PLAN, PROGRESS], 'lost', true],
  ])('%s', async (_, target, events, status, isUncertain) => {
    const made = submitted({ target });
    heard(made, events);
    const history = await runHistory(made, store, undefined);
    expect([history.report.status, history.isUncertain]).toEqual([status, isUncertain]);
  });

  test('a failed run of which no event is left is told as it was recorded', async () => {
    const made = withAttempt(record(), { state: 'failed', reason: 'UDF_FAILED: seven is not allowed' });
    expect((await runHistory(made, store, undefined)).report).toMatchObject({ status: 'failed', error: { message: 'UDF_FAILED: seven is not allowed' } });
  });
});

test('a journal that cannot be written costs the history and nothing else', () => {
  const gone = temporaryDirectory();
  const journal = new EventJournal(join(gone, 'x.ndjson'));
  journal.add(PLAN);
  rmSync(gone, { recursive: true });
  journal.close();
  const never = new EventJournal(join(gone, 'y.ndjson'));
  never.add(PLAN);
  never.close();
  mkdirSync(gone);
  expect(readdirSync(gone)).toEqual([]);
});

test('records are told from journals', () => {
  const made = store.save(submitted());
  heard(made, [PLAN]);
  expect(store.all().map(({ run }) => run)).toEqual([made.run]);
});
