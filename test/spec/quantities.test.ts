import * as fc from 'fast-check';
import { amountOf, cpuQuantity, memoryInWords, memoryQuantity } from '../../src/spec/quantities';

const SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

test.each([[8589934592, '8Gi'], [536870912, '512Mi'], [1000, '1000'], [1536, '1536'], [2 ** 50, '1Pi']])('%d bytes are %s', (bytes, expected) => {
  expect(memoryQuantity(bytes)).toBe(expected);
});

test.each([
  [64 * 2 ** 30, '64 GiB'], [1.5 * 2 ** 30, '1.5 GiB'], [100 * 2 ** 20, '100 MiB'], [2 ** 34 + 1, '17179869185 bytes'], [8, '8 bytes'],
])('%d bytes are said as %s', (bytes, expected) => {
  expect(memoryInWords(bytes)).toBe(expected);
});

test('a quantity says exactly the bytes that were asked for', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
    const [, amount, suffix] = /^(\d+)(\D*)$/.exec(memoryQuantity(bytes))!;
    expect(Number(amount) * 1024 ** SUFFIXES.indexOf(suffix)).toBe(bytes);
  }));
});

test('no shorter suffix is left unused', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1024 }), fc.integer({ min: 0, max: 4 }), (amount, power) => {
    const [, written] = /^(\d+)/.exec(memoryQuantity(amount * 1024 ** power))!;
    expect(Number(written)).toBeLessThan(1024);
  }));
});

test.each([0, -1, 1.5, NaN, Infinity])('%d bytes are refused', (bytes) => {
  expect(() => memoryQuantity(bytes)).toThrow(/whole number above 0/);
});

test('a fraction of a CPU is refused with the whole number to use instead', () => {
  expect(() => cpuQuantity(0.5)).toThrow(/got 0\.5.*[\s\S]*Fix: cpu: 1/);
  expect(cpuQuantity(4)).toBe('4');
});

test.each([['500m', 0.5], ['4', 4], ['1.5', 1.5], ['8Gi', 8 * 1024 ** 3], ['1G', 1e9], ['1e3', 1000], ['1E', 1e18], ['2Ei', 2 ** 61], ['5.', 5], ['.5', 0.5], ['100u', 100e-6], ['700m', 0.7], ['4Gb', undefined], ['4 Gi', undefined], ['-1', undefined], ['', undefined], [undefined, undefined]])('%s is read as %s', (quantity, amount) => {
  expect(amountOf(quantity)).toBe(amount);
});
