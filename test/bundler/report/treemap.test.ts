import * as fc from 'fast-check';
import { squarify } from '../../../src/bundler/report/treemap';

const AREA = { x: 0, y: 0, width: 16, height: 9 };
const weights = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }).map((list) => list.sort((a, b) => b - a));

test('areas are in proportion, inside, and don\'t overlap', () => {
  fc.assert(fc.property(weights, (list) => {
    const total = list.reduce((sum, weight) => sum + weight, 0);
    const places = squarify(list, AREA);
    places.forEach(({ x, y, width, height }, index) => {
      expect(width * height).toBeCloseTo((list[index] / total) * AREA.width * AREA.height, 6);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(-1e-9);
      expect(x + width).toBeLessThanOrEqual(AREA.width + 1e-6);
      expect(y + height).toBeLessThanOrEqual(AREA.height + 1e-6);
    });
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        expect(Math.min(wide, high)).toBeLessThan(1e-6);
      }
    }
  }), { numRuns: 50 });
});

test('equal weights come out nearly square', () => {
  squarify([1, 1, 1, 1], { x: 0, y: 0, width: 4, height: 4 }).forEach(({ width, height }) => expect(width / height).toBeCloseTo(1));
});

test('nothing has no area', () => {
  expect(squarify([], AREA)).toEqual([]);
  expect(squarify([0], AREA)[0]).toMatchObject({ width: 0 });
});
