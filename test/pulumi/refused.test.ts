import { execFile } from 'child_process';
import { join } from 'path';
import { promisify } from 'util';

const REPOSITORY = join(__dirname, '..', '..');

/** Pulumi itself says first which of the component's outputs can't be had. */
const TOLD = /ComputeEnvironment features: 2 of its inputs can't be meant\.\nrayVersion: got "2\.51\.0"(.|\n)*\[RAY-S1, docs\/rules\.md#ray-s1\]\nheadNodeGroup\.minSize: got 0/;

jest.setTimeout(120_000);

test.each(['preview', 'up'])('in %s an environment that can not be meant is refused once, with all that is wrong, before anything of it is made', async (command) => {
  const program = ['-r', 'ts-node/register/transpile-only', join(__dirname, 'refused-program.ts'), command];
  const env = { ...process.env, TS_NODE_PROJECT: join(REPOSITORY, 'test', 'tsconfig.json') };
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: REPOSITORY, env }).catch((ended: { stdout: string }) => ended); // Pulumi has it fail
  const { registered, told, stacks } = JSON.parse(stdout.split('\n')[0]);
  expect(registered.filter((resource: string) => !resource.startsWith('geneva-constructs:index:ComputeEnvironment'))).toEqual([]);
  expect(told).toEqual([expect.stringMatching(TOLD)]);
  expect(stacks).toEqual([null]);
});
