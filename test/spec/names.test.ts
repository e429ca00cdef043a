import * as fc from 'fast-check';
import { hashOf, isObjectName, NameLimit, objectName, withHash } from '../../src/spec/names';

const LIMITS = fc.constantFrom(...Object.values(NameLimit));
const PARTS = fc.array(fc.string({ maxLength: 80 }), { minLength: 1, maxLength: 4 }).filter((parts) => /[a-z0-9]/i.test(parts.join('')));

test.each([
  [['features'], 'features'],
  [['features', 'head'], 'features-head'],
  [['features', 'features', 'head'], 'features-head'],
])('%j is named %s', (parts, expected) => {
  expect(objectName({ parts, limit: NameLimit.LABEL })).toBe(expected);
});

test('every name is legal and within its limit', () => {
  fc.assert(fc.property(PARTS, LIMITS, (parts, limit) => {
    expect(isObjectName(objectName({ parts, limit }), limit)).toBe(true);
  }));
});

test('names that would be cut alike stay apart', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ minLength: 1, maxLength: 8 }), (a, b) => {
    fc.pre(a !== b);
    const named = (end: string) => objectName({ parts: ['x'.repeat(60), end], limit: NameLimit.RAY_CLUSTER });
    expect(named(a)).not.toBe(named(b));
  }));
});

test('a name that had to change says so by a hash', () => {
  expect(objectName({ parts: ['Feature_Store'], limit: NameLimit.LABEL })).toMatch(/^feature-store-[0-9a-f]{8}$/);
  expect(objectName({ parts: ['2026'], limit: NameLimit.LABEL })).toMatch(/^n2026-[0-9a-f]{8}$/);
});

test('a name of nothing is refused', () => {
  expect(() => objectName({ parts: ['--'], limit: NameLimit.LABEL })).toThrow(/at least one letter or digit/);
});

test('a hash never pushes a name over its limit', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 80 }), LIMITS, (length, limit) => {
    expect(withHash('a'.repeat(length), hashOf(length), limit).length).toBeLessThanOrEqual(Math.max(limit, 9));
  }));
});
