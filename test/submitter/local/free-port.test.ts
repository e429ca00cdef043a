import { freePorts } from '../../../src/submitter/local/free-port';

test('ports are all different and above the reserved ones', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(Math.min(...ports)).toBeGreaterThan(1023);
});
