import { join } from 'path';
import { LocalStack } from './local-stack';
import { BACKFILL } from './sample';
import { ScriptedHead } from './scripted-head';
import { temporaryDirectory, tree } from '../temporary-directory';

/** The compiled command line at a head that keeps its jobs going. */
jest.setTimeout(60_000);

const BEFORE = { ...process.env };
let head: ScriptedHead;
let stack: LocalStack;
beforeEach(async () => {
  head = await ScriptedHead.start();
  head.stream = () => ({ frames: [], stays: true });
  process.env.RAY_AUTH_TOKEN = 'secret-token';
  const directory = temporaryDirectory();
  stack = new LocalStack(directory, tree({ 'features/text.py': 'x = 1\n' }, join(directory, 'workspace')), [BACKFILL], temporaryDirectory());
});
afterEach(async () => {
  process.env = { ...BEFORE };
  await head.stop();
});

const submit = (...more: string[]) => stack.start('submit', 'word-count', '--stack', '.', '--target', head.address, ...more);
const statuses = () => [...head.jobs.values()].map(({ status }) => status);

/** Until the submit follows what it submitted. */
async function following(): Promise<void> {
  while (head.connections === 0) { await new Promise((resolve) => setTimeout(resolve, 20)); }
}

test('Ctrl-C once leaves the run alone, ends with 130 and says how to attach', async () => {
  const command = submit();
  await following();
  command.interrupt();
  const { code, stderr } = await command.ended;
  expect([code, statuses()]).toEqual([130, ['PENDING']]);
  expect(stderr).toMatch(/the run goes on\. .*geneva-stack attach features-word-count-/);
});

test('Ctrl-C again within 3 s stops the job, and ends with 3', async () => {
  const command = submit();
  await following();
  command.interrupt();
  await command.said('Ctrl-C again within 3 s stops it');
  command.interrupt();
  const { code, stdout } = await command.ended;
  expect([code, statuses()]).toEqual([3, ['STOPPED']]);
  expect(stdout).toMatch(/^features-word-count-\S+: stopped\n/);
});

test('a network that is gone ends it with 5, and says how to attach', async () => {
  const command = submit('--contact-timeout', '1');
  await following();
  await head.stop();
  const { code, stderr } = await command.ended;
  expect(code).toBe(5);
  expect(stderr).toMatch(/no contact with the cluster: .*The run may go on\n {2}Fix: geneva-stack attach features-word-count-\S+ once the cluster is in reach {3}\[LOST_CONTACT\]/);
});

test('the token is in nothing that is printed or kept', async () => {
  const command = submit('--verbose', '--contact-timeout', '1');
  await following();
  await head.stop();
  const { stdout, stderr } = await command.ended;
  expect(stdout + stderr).not.toContain('secret-token');
});
