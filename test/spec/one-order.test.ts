import { inOneOrder } from '../../src/spec/one-order';

test('the order in which keys were written down does not count, that of a list does', () => {
  const text = (value: unknown) => JSON.stringify(inOneOrder(value));
  expect(text({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
  expect(text([2, 1])).toBe('[2,1]');
  expect(text(null)).toBe('null');
});

test('what is in order already is taken as it is', () => {
  const value = { a: [{ c: 3, d: 2 }], b: 1 };
  expect(inOneOrder(value)).toBe(value);
});

test('keys that are left out are so at every depth', () => {
  expect(inOneOrder({ a: [{ maxReplicas: 1, c: 2 }], replicas: 3 }, new Set(['replicas', 'maxReplicas']))).toEqual({ a: [{ c: 2 }] });
});
