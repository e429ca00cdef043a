import { isLabelKey, isLabelValue } from '../../src/spec/label-syntax';

test.each(['team', 'Team_1.a-b', 'acme.example/team', 'a'.repeat(63), `${'a'.repeat(63)}.example/${'b'.repeat(63)}`])('%s is a key', (key) => {
  expect(isLabelKey(key)).toBe(true);
});

test.each(['', 'team a', '-team', 'team-', '/team', 'acme.example/', 'Acme.example/team', 'a/b/c', 'a'.repeat(64)])('%p is no key', (key) => {
  expect(isLabelKey(key)).toBe(false);
});

test.each(['', 'search', 'A.b_c-1', 'a'.repeat(63)])('%p is a value', (value) => {
  expect(isLabelValue(value)).toBe(true);
});

test.each(['a b', '-', 'a.', 'team a!', 'ü', 'a'.repeat(64)])('%p is no value', (value) => {
  expect(isLabelValue(value)).toBe(false);
});
