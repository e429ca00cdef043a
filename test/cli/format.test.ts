import { bytes, describeError, describeRun, duration, table } from '../../src/cli/format';
import { RunProgress } from '../../src/submitter/run-progress';
import { runReport } from '../../src/submitter/run-report';
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

test('a run without a single phase is one line', () => {
  expect(describeRun(runReport(record(), undefined, new RunProgress(true)))).toBe(`${record().run}: prepared`);
});

test('an error names its code, its fix with the run, and the user\'s frames', () => {
  const report = runReport(record(), { submission_id: 'x', status: 'SUCCEEDED' }, new RunProgress(true));
  expect(describeError(report)).toBe(`error: Ray reports SUCCEEDED, but the runtime printed no result\n  Fix: read the log: geneva-stack logs ${record().run}   [NO_RESULT]`);
});
