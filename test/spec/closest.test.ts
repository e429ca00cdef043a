import { closest } from '../../src/spec/closest';

test.each([
  ['word-cuont', ['word-count', 'long-docs'], 'word-count'],
  ['longdocs', ['word-count', 'long-docs'], 'long-docs'],
  ['embeddings', ['word-count', 'long-docs'], undefined],
  ['x', [], undefined],
])('%p of %p is %p', (typed, candidates, expected) => {
  expect(closest(typed, candidates)).toBe(expected);
});
