import { inWords } from '../../src/spec/given-value';

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['a', '"a"'],
  ['NaN', '"NaN"'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [{ minReplicas: -Infinity, maxReplicas: NaN }, '{"minReplicas":-Infinity,"maxReplicas":NaN}'],
  [[1, NaN], '[1,NaN]'],
  [BigInt(1), '1'],
])('%p is told as %s', (given, words) => {
  expect(inWords(given)).toBe(words);
});

test('what knows itself is told by its class', () => {
  class Chart { public readonly self = this; }
  expect(inWords(new Chart())).toBe('a Chart');
});
