import { join } from 'path';
import { MAKE_TIMEOUT, RealPulumi, resources } from './real-pulumi';

jest.setTimeout(60_000);

let pulumi: RealPulumi;

beforeAll(async () => { pulumi = await RealPulumi.start(); }, MAKE_TIMEOUT);

test.each(['preview', 'up'] as const)('in %s an environment that can not be meant is refused by the rule, with nothing of it made', async (command) => {
  const stack = await pulumi.stack(`refused-in-${command}`, async () => undefined);
  const { failed, said } = await pulumi.run(command, join(__dirname, 'refused-stack.ts'), stack);
  expect(failed).toBe(true);
  expect(said).toMatch(/ComputeEnvironment features: one of its inputs can't be meant\.\n *rayVersion: got "2\.51\.0"(.|\n)*\[RAY-S1, docs\/rules\.md#ray-s1\]/);
  expect(said).not.toMatch(/\n *at .*\.[jt]s:\d+/); // no stack trace
  expect(said).not.toContain('kubernetes:');
  expect(resources(await stack.exportStack())).toEqual(command === 'up' ? ['geneva-constructs:index:ComputeEnvironment features'] : []);
});
