import { runMeant } from '../../src/submitter/run-meant';

const RUNS = ['features-gross-1a-2b', 'features-gross-1a-2c', 'features-picky-3d', 'features-picky-3d-4e'];

test.each([
  ['features-gross-1a-2b', 'features-gross-1a-2b'],
  ['features-picky-3d', 'features-picky-3d'], // whole, though another begins so
  ['features-picky-3d-', 'features-picky-3d-4e'],
  ['features-size', undefined],
  ['gross', undefined],
  ['', undefined],
])('%s means %s', (typed, run) => {
  expect(runMeant(typed, RUNS)).toBe(run);
});

test('what several runs begin with is told with their ids', () => {
  expect(() => runMeant('features-gross-1a', RUNS)).toThrow(expect.objectContaining({
    code: 'RUN_AMBIGUOUS', exitCode: 2, message: '"features-gross-1a" is the beginning of 2 runs: features-gross-1a-2b, features-gross-1a-2c', fix: 'give more of the id',
  }));
});

test('of very many, the first are told', () => {
  const runs = Array.from({ length: 12 }, (_, index) => `r-${index + 10}`);
  expect(() => runMeant('r-', runs)).toThrow(expect.objectContaining({ message: `"r-" is the beginning of 12 runs: ${runs.slice(0, 10).join(', ')} and 2 more` }));
});
