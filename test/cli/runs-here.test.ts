import { attachCommand } from '../../src/cli/commands/attach';
import { listCommand } from '../../src/cli/commands/list';
import { reportCommand } from '../../src/cli/commands/report';
import { statusCommand } from '../../src/cli/commands/status';
import { stopCommand } from '../../src/cli/commands/stop';
import { Io } from '../../src/cli/io';
import { withAttempt } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { record } from '../submitter/sample';
import { temporaryDirectory } from '../temporary-directory';

let store: RunStore;
let [printed, said] = ['', ''];
const before = process.env.GENEVA_STACK_STATE;
beforeEach(() => {
  process.env.GENEVA_STACK_STATE = temporaryDirectory();
  store = new RunStore(process.env.GENEVA_STACK_STATE);
  [printed, said] = ['', ''];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => { printed += String(text); return true; });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => { said += String(text); return true; });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) { delete process.env.GENEVA_STACK_STATE; } else { process.env.GENEVA_STACK_STATE = before; }
});

const text = new Io('text', false);
const LOCAL = { target: 'local', stack: 'dist', output: 'text' } as const;

/** A run that ended on a head of this machine that is there no more. */
function ended(runKey: string): string {
  return store.save(withAttempt(record({ runKey }), { state: 'succeeded' })).run;
}

test('without a head, list has what this machine has records of', async () => {
  const run = ended('one');
  store.save(record({ runKey: 'two', target: 'http://10.0.0.1:8265' }));
  expect(await listCommand(text, LOCAL)).toBe(0);
  expect(printed).toBe(`${'RUN'.padEnd(run.length)}  STATUS     ATTEMPTS  ROWS\n${run}  succeeded  1         0\n`);
  expect(said).toBe('no Ray head runs on this machine, so none was asked: these are the runs that it has records of\n');
});

test('the beginning of an id will do, and which run it is, is said', async () => {
  const run = ended('one');
  const typed = run.slice(0, -3);
  expect(await statusCommand(text, typed, {})).toBe(0);
  expect(printed).toMatch(new RegExp(`^${run}: succeeded, `));
  expect(said).toBe(`run ${run}\n`);
});

test.each([
  ['attach', (typed: string) => attachCommand(text, typed, { contactTimeout: 1 })],
  ['status', (typed: string) => statusCommand(text, typed, {})],
  ['report', (typed: string) => reportCommand(text, typed, {})],
  ['stop', (typed: string) => stopCommand(text, typed, {})],
])('%s of what several runs begin with, or none, says so, whether a head is up or not', async (_, command) => {
  const runs = [ended('one'), ended('two')].sort();
  await expect(command('features-')).rejects.toMatchObject({ code: 'RUN_AMBIGUOUS', message: `"features-" is the beginning of 2 runs: ${runs.join(', ')}` });
  await expect(command('nosuch')).rejects.toMatchObject({ code: 'RUN_UNKNOWN', exitCode: 2, message: expect.stringContaining('no run "nosuch" on this machine') as string });
});
