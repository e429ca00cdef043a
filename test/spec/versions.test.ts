import { isAtLeast, isBefore, isExactVersion } from '../../src/spec/versions';

test.each([
  ['2.54.0', '2.52.0', true],
  ['2.52.0', '2.52.0', true],
  ['2.9.0', '2.52.0', false],
  ['10.0.0', '9.9.9', true],
  ['1.10', '1.9', true],
  ['1.5', '1.5.1', false],
  ['latest', '1.0.0', false],
])('%s is at least %s: %s', (version, floor, expected) => {
  expect(isAtLeast(version, floor)).toBe(expected);
});

test.each([['2.51.2', '2.52.0', true], ['2.52.0', '2.52.0', false], ['latest', '2.52.0', false]])('%s is before %s: %s', (version, floor, expected) => {
  expect(isBefore(version, floor)).toBe(expected);
});

test.each([['2.54.0', true], ['2.54', false], ['2.54.0rc1', false], ['', false]])('%s is an exact release: %s', (version, expected) => {
  expect(isExactVersion(version)).toBe(expected);
});
