import { record } from './sample';
import { goesOn, pauseMs } from '../../src/submitter/next-attempt';
import { AttemptState, withAttempt, withNextAttempt } from '../../src/submitter/run-record';

/** A run whose attempts ended so. */
function runOf([first, ...others]: readonly AttemptState[]) {
  return others.reduce((made, state) => withAttempt(withNextAttempt(made, new Date()), { state }), withAttempt(record(), { state: first }));
}

test.each<[string, AttemptState[], number, boolean]>([
  ['a lost head', ['lost'], 1, true],
  ['a second one', ['lost', 'lost'], 1, true],
  ['a third one', ['lost', 'lost', 'lost'], 5, false],
  ['a job that failed, where nobody asks for more', ['failed'], 1, false],
  ['a job that failed, of two attempts', ['failed'], 2, true],
  ['a job that failed twice, of two attempts', ['failed', 'failed'], 2, false],
  ['a job that failed after two heads were lost, of two attempts', ['lost', 'lost', 'failed'], 2, true],
  ['a lost head after a job failed', ['failed', 'lost'], 1, true],
  ['a job that was stopped', ['failed', 'stopped'], 5, false],
  ['a job that succeeded', ['failed', 'succeeded'], 5, false],
  ['a job that runs', ['submitted'], 5, false],
])('%s', (_, states, attempts, expected) => {
  expect(goesOn(runOf(states), attempts)).toBe(expected);
});

test('the pauses double, from a second to a minute', () => {
  expect([1, 2, 3, 6, 7, 100].map(pauseMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});
