import { Speed } from '../../src/cli/speed';

test('a rate and the time left are told once there is something to tell', () => {
  let now = 0;
  const speed = new Speed(() => now);
  expect(speed.of(0, 100e6)).toBe('');
  now = 0.5;
  expect(speed.of(10e6, 100e6)).toBe('');
  now = 2;
  expect(speed.of(20e6, 100e6)).toBe(', 10.0 MB/s, 8.0 s left');
});

test('what stands still has no rate', () => {
  let now = 0;
  const speed = new Speed(() => now);
  speed.of(5, 10);
  now = 9;
  expect(speed.of(5, 10)).toBe('');
});
