import { event, history, SLOW_START, START, submitted } from './sample-run';
import { adviceOn } from '../../../src/submitter/report/advice';
import { thinned } from '../../../src/submitter/report/over-time';
import { runModel, secondsIn } from '../../../src/submitter/report/run-model';
import { RAY_STARTS } from '../../../src/submitter/report/spans';
import { withNextAttempt, withAttempt } from '../../../src/submitter/run-record';

const about = (...args: Parameters<typeof history>) => adviceOn(runModel(history(...args))).map((advice) => advice.about);

test('a run begins with its publish and ends with the runtime\'s last word', () => {
  const { from, to } = runModel(history(SLOW_START));
  expect([from - START, to - START]).toEqual([0, 60]);
});

test('steps have their time, and so has what Ray does before the runtime speaks', () => {
  const model = runModel(history(SLOW_START));
  expect((['publish', RAY_STARTS, 'schedule actors', 'execute UDF', 'commit'] as const).map((name) => secondsIn(model, name))).toEqual([1, 3, 40, 12, 1]);
});

test('a step that is broken off lasts until the end of the run', () => {
  const upToTheUdf = SLOW_START.slice(0, 11);
  const error = event(56, { type: 'error', code: 'UDF_FAILED', message: 'm', fix: 'f' });
  const span = runModel(history([...upToTheUdf, error], 'FAILED')).spans.find(({ name }) => name === 'execute UDF');
  expect(span).toMatchObject({ from: START + 46, to: START + 56, isOpen: true });
});

test('rows of a round after a commit go on top of those before it', () => {
  const round = [
    event(61, { type: 'plan', table: 't', tableVersion: 4, fragments: 1, rows: 10, rowsDone: 0, tasks: 1, concurrency: 4 }),
    event(62, { type: 'progress', rowsDone: 10, rows: 10, tasksDone: 1, tasks: 1 }),
  ];
  const { rows, rowsTotal } = runModel(history([...SLOW_START.slice(0, -1), ...round], 'RUNNING'));
  expect([rows.map(({ value }) => value), rowsTotal]).toEqual([[0, 40, 96, 100, 100, 110], 110]);
});

test('actors are gone between attempts, and after the last row', () => {
  const again = [event(70, { attempt: 2, type: 'workers', up: 3, wanted: 4 })];
  const { workers } = runModel(history([...SLOW_START, ...again]));
  expect(workers.map(({ at, value }) => [at - START, value])).toEqual([[4, 0], [46, 1], [47, 2], [58, 0], [70, 0], [70, 3]]);
});

test('fragments come in the order in which they were saved, the last first, with what was begun again', () => {
  const retry = event(49, { type: 'retry', fragment: 0, reason: 'the worker was killed' });
  const { fragments, retries } = runModel(history([...SLOW_START.slice(0, 11), retry, ...SLOW_START.slice(11)]));
  const shown = fragments.map(({ fragment, rows, lastAt, retries: again }) => [fragment, rows, lastAt - START, again]);
  expect(shown).toEqual([[1, 50, 58, 0], [0, 50, 50, 1]]);
  expect(retries).toEqual([{ at: START + 49, attempt: 1, fragment: 0, reason: 'the worker was killed' }]);
});

test('a day of progress is no more points than a screen shows, and ends where it ended', () => {
  const points = Array.from({ length: 200_000 }, (_, index) => ({ at: index, value: index }));
  const kept = thinned(points, 0, 199_999, 400);
  expect(kept.length).toBeLessThanOrEqual(401);
  expect(kept[kept.length - 1]).toEqual({ at: 199_999, value: 199_999 });
  const many = points.map(({ at, value }) => event(at, { type: 'progress', rowsDone: value, rows: 200_000, tasksDone: 0, tasks: 1 }));
  expect(runModel(history(many, 'RUNNING')).rowsTotal).toBe(200_000);
});

describe('what stands out', () => {
  test('the share of the time until there were workers, fewer of them than wanted, and a long tail', () => {
    expect(about(SLOW_START)).toEqual([
      '67 % of the time went into starting workers: 40.0 s of 1 min 0 s',
      'at most 2 of the 4 workers that were asked for came up',
      'the last 5 % of the rows took 7.0 s of 10.0 s: most workers had nothing left to do',
    ]);
  });

  test('nothing, of a run that spent its time on rows', () => {
    const quick = [event(2, { type: 'workers', up: 4, wanted: 4 }), event(60, { type: 'result', table: 't', tableVersion: 4, rows: 1, fragments: 1, bytesWritten: 1, seconds: 58 })];
    expect(about(quick)).toEqual([]);
  });

  test('attempts after the job failed', () => {
    const again = withNextAttempt(withAttempt(submitted(), { state: 'failed', reason: 'UDF_FAILED: no answer' }), new Date());
    const result = event(60, { type: 'result', table: 't', tableVersion: 4, rows: 1, fragments: 1, bytesWritten: 1, seconds: 58 });
    const workers = event(2, { type: 'workers', up: 1, wanted: 1 });
    expect(about([workers, result], 'SUCCEEDED', again)).toEqual(['the run took 2 attempts: the job failed in between, the last time because: UDF_FAILED: no answer']);
  });

  test('tasks begun again, rows skipped, attempts, and a view that was computed as a whole', () => {
    const lost = withNextAttempt(withAttempt(submitted(), { state: 'lost', reason: 'the Ray head was replaced' }), new Date());
    const events = [
      event(2, { type: 'retry', fragment: 1, reason: 'out of memory' }), event(3, { type: 'skipped', rows: 1_200 }),
      event(60, { type: 'result', table: 't', tableVersion: 4, rows: 1, fragments: 1, bytesWritten: 1, seconds: 58, refresh: 'whole', reason: 'its definition changed' }),
    ];
    expect(about(events, 'SUCCEEDED', lost)).toEqual([
      '1 task had to be begun again, the last one because: out of memory',
      'the run took 2 attempts: the Ray head was lost in between',
      '1,200 rows became null because their values could not be computed',
      'the whole view was computed, not only what changed: its definition changed',
    ]);
  });
});
