import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { JobDescriptor } from '../../src/descriptor/stack-descriptor';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { LocalHead, localDown, localUp } from '../../src/submitter/local/local-head';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { PlanReport } from '../../src/submitter/plan/plan-report';
import { RayJobsClient } from '../../src/submitter/ray-jobs';
import { eventsIn } from '../../src/submitter/run-events';
import { RunReport } from '../../src/submitter/run-report';
import { RuntimeEvent } from '../../src/submitter/runtime-event';
import { readToken } from '../../src/submitter/token';
import { temporaryDirectory, tree } from '../temporary-directory';
import { LocalStack, python } from './local-stack';
import { isPlanReport } from './plan/plan-schema';
import { lengthFunctions, makeTexts } from './texts';

/** A real Ray head, real Lance tables, the compiled command line. */
jest.setTimeout(120_000);

const BREAKS = `
def breaks(text: str) -> int:
    if text.endswith("7"):
        raise ValueError("seven is not allowed")
    return 1
`;

/** Fails until there is a file, which it makes itself. */
const breaksOnce = (marker: string) => `
import os

def breaks_once(text: str) -> int:
    if text == "row 900" and not os.path.exists(${JSON.stringify(marker)}):
        open(${JSON.stringify(marker)}, "w").close()
        raise ConnectionError("no answer")
    return len(text)
`;

const READ_TABLE = `
import json, sys, lance
dataset = lance.dataset(sys.argv[1])
table = dataset.to_table()
right = "length" in table.column_names and table["length"].to_pylist() == [len(text) for text in table["text"].to_pylist()]
print(json.dumps({"version": dataset.version, "columns": table.column_names, "right": right}))
`;

interface TableState { readonly version: number; readonly columns: string[]; readonly right: boolean }

/** Not a temporary directory of the tests: it has to outlive the head. */
const state = mkdtempSync(join(tmpdir(), 'geneva-constructs-state-'));
let executable: string;
let head: LocalHead;

beforeAll(async () => {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  executable = environment.python;
  ({ head } = await localUp(environment, { stateDirectory: state, cpus: 2 }));
}, 600_000);

afterAll(async () => {
  await localDown(state);
  rmSync(state, { recursive: true });
});

interface World {
  readonly stack: LocalStack;
  readonly table: string;
  readonly directory: string;
  read(): TableState;
  /** Lets `held_length` go on. */
  open(): void;
}

function world(udf = 'functions:length', changes: object = {}): World {
  const directory = temporaryDirectory();
  const table = join(directory, 'docs.lance');
  makeTexts(executable, table);
  const jobs: JobDescriptor[] = [{ name: 'lengths', kind: 'backfill', table, column: 'length', udf, workers: { concurrency: 2 }, ...changes }];
  const gate = join(directory, 'gate');
  const stack = new LocalStack(directory, tree({ 'functions.py': lengthFunctions(gate) + BREAKS + breaksOnce(join(directory, 'failed')) }, join(directory, 'workspace')), jobs, state);
  return { stack, table, directory, read: () => python<TableState>(executable, READ_TABLE, table), open: () => writeFileSync(gate, '') };
}

/** Ray jobs of a run, whatever their attempt. */
async function rayJobs(run: string): Promise<string[]> {
  const client = new RayJobsClient(head.address, readToken(head.tokenPath));
  return (await client.jobs()).flatMap(({ submission_id }) => (submission_id?.startsWith(run) ? [submission_id] : []));
}

test('submit publishes, runs and reports; status, list, logs and attach agree', async () => {
  const { stack, read, table } = world();
  const report = stack.json('submit', 'lengths', '--stack', '.');
  expect(report).toMatchObject({
    job: 'lengths',
    environment: 'features',
    target: 'local',
    status: 'succeeded',
    exitCode: 0,
    rows: 1000,
    fragments: 8,
    bundle: { shippedBytes: expect.any(Number) as number },
    attempts: [{ submissionId: `${report.run}-1`, status: 'succeeded' }],
  });
  expect(report.phases.map(({ name, state: phase }) => `${name} ${phase}`)).toEqual([
    'publish done', 'provision head skipped', 'initialize head done', 'plan scans done', 'provision workers skipped', 'download images skipped',
    'download zips done', 'schedule actors done', 'execute UDF done', 'write fragments done', 'commit done',
  ]);
  expect(report.phases.filter(({ state: phase, startedAt, seconds }) => phase === 'done' && (startedAt === null || seconds === null))).toEqual([]);
  expect(stack.json('status', report.run).phases).toEqual(report.phases);
  expect(read()).toMatchObject({ version: report.tableVersion, right: true });
  expect(stack.json('status', report.run)).toMatchObject({ status: 'succeeded', rows: 1000, tableVersion: report.tableVersion });
  expect(stack.json<RunReport[]>('list').find(({ run }) => run === report.run)).toMatchObject({ status: 'succeeded' });
  expect(stack.json('attach', report.run)).toMatchObject({ status: 'succeeded', rows: 1000 });
  expect(stack.run('logs', report.run).stdout).not.toContain('runtime-events/v1');
  expect(stack.run('logs', report.run, '--output', 'ndjson').stdout).toContain(`"table":"${table}"`);
});

describe('plan', () => {
  type PlanEvent = Extract<RuntimeEvent, { type: 'plan' }>;

  /** What the run that is submitted next plans, in the words of a plan report. */
  function submitted(stack: LocalStack, ...args: string[]) {
    const { stdout } = stack.run('submit', ...args, '--stack', '.', '--output', 'ndjson');
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as RuntimeEvent);
    const { table, tableVersion, fragments, rows, rowsDone, tasks, concurrency } = events.find((event): event is PlanEvent => event.type === 'plan')!;
    return { table, tableVersion, fragments, rows, rowsDone, tasks, actors: concurrency };
  }

  function files(directory: string): string[] {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => `${name} ${statSync(join(directory, name)).mtimeMs}`).sort();
  }

  test.each([[[]], [['--set', "where=text LIKE '%7'", '--set', 'workers.concurrency=5']]])('%p is what the run then does, and changes nothing', (set) => {
    const { stack, directory } = world('functions:length', { workers: {} });
    const before = files(directory);
    const report = stack.json<PlanReport>('plan', 'lengths', '--stack', '.', ...set);
    expect(files(directory)).toEqual(before);
    expect([isPlanReport(report), isPlanReport.errors]).toEqual([true, null]);
    expect(report.error).toBeUndefined();
    expect(report).toMatchObject({ exitCode: 0, groups: [], bundle: { shards: { total: 1, missing: 1 } }, notes: [] });
    expect(submitted(stack, 'lengths', ...set)).toEqual(report.counts);
  });

  test('on a cluster it is a short Ray job, once the bundle is published', () => {
    const before = process.env;
    process.env = { ...before, RAY_AUTH_TOKEN_PATH: head.tokenPath };
    try {
      const { stack } = world();
      const plan = () => stack.json<PlanReport>('plan', 'lengths', '--stack', '.', '--target', head.address);
      expect(plan()).toMatchObject({ exitCode: 0, counts: null, notes: [expect.stringContaining('geneva-stack publish') as string] });
      expect(stack.run('publish', '--stack', '.').code).toBe(0);
      const { counts, bundle } = plan();
      expect([counts, bundle]).toMatchObject([{ rows: 1000, tasks: 8, actors: 2 }, { shards: { missing: 0 } }]);
      expect(stack.json<RunReport[]>('list').filter(({ run }) => run.includes('-plan-'))).toEqual([]);
    } finally {
      process.env = before;
    }
  });

  test('without a head it counts on this machine, and says so', () => {
    const { directory } = world();
    const later = new LocalStack(directory, join(directory, 'workspace'), [{
      name: 'lengths', kind: 'backfill', table: join(directory, 'docs.lance'), column: 'length', udf: 'functions:length',
    }], temporaryDirectory());
    const { code, stdout } = later.run('plan', 'lengths', '--stack', '.');
    expect([code, stdout.split('\n')]).toEqual([0, [
      'lengths: 1,000 rows to compute',
      `  table     ${join(directory, 'docs.lance')}, version 1, 8 fragments`,
      expect.stringMatching(/^ {2}tasks {5}\d+ tasks for \d+ actors? at once$/),
      '  an actor  1 CPU, no memory reserved',
      '  upload    1 of 1 shard',
      expect.stringMatching(/^note: no Ray head runs on this machine: its \d+ CPUs were counted on; geneva-stack local up starts one$/),
      '',
    ]]);
  });

  test('a job that would be refused is, with the exit code of the run', () => {
    const { stack } = world();
    expect(stack.run('plan', 'lengths', '--stack', '.', '--set', 'workers.numCpus=3')).toMatchObject({ code: 1, stdout: expect.stringContaining('[CANNOT_FIT]') as string });
    expect(stack.run('submit', 'lengths', '--stack', '.', '--set', 'workers.numCpus=3')).toMatchObject({ code: 1, stdout: expect.stringContaining('[CANNOT_FIT]') as string });
  });
});

test('a page about a run: while its head is there, from this machine once it is gone, and from beside the table', () => {
  const { stack, directory } = world();
  const made = stack.json('submit', 'lengths', '--stack', '.', '--set', 'workers.concurrency=1');
  const page = (from: LocalStack) => {
    const { code, stdout, stderr } = from.run('report', made.run, '--output', 'page.html');
    expect([code, stdout, stderr]).toEqual([0, 'wrote page.html\n', '']);
    return readFileSync(join(directory, 'page.html'), 'utf8');
  };
  const whole = page(stack);
  expect(whole).toContain('1,000 rows in 8 fragments');
  expect(whole).toContain('aria-label="1,000 of 1,000 rows done');
  const headless = temporaryDirectory(); // the records of this machine, but no head
  cpSync(join(state, 'runs'), join(headless, 'runs'), { recursive: true });
  const later = new LocalStack(directory, join(directory, 'workspace'), [], headless);
  expect(page(later)).toBe(whole);
  expect(later.json('status', made.run)).toEqual({ ...made, bundle: { ...made.bundle, shippedBytes: 0 } });
  rmSync(join(headless, 'runs', `${made.run}.1.events.ndjson`));
  expect(page(later)).toContain('aria-label="1,000 of 1,000 rows done');
  expect(later.run('report', 'features-lengths-none')).toMatchObject({ code: 2, stderr: expect.stringContaining('[RUN_UNKNOWN]') as string });
});

test('a view that is fresh is said to be, and computes nothing', () => {
  const { table, directory } = world();
  const view: JobDescriptor = { name: 'view', kind: 'materialized-view', source: table, destination: join(directory, 'view.lance'), select: ['text'] };
  const stack = new LocalStack(directory, join(directory, 'workspace'), [view], state);
  expect(stack.json('submit', 'view', '--stack', '.')).toMatchObject({ status: 'succeeded', rows: 1000, refresh: { kind: 'whole', reason: 'the view is new' } });
  const fresh = stack.json('submit', 'view', '--stack', '.');
  expect(fresh).toMatchObject({ status: 'succeeded', rows: 0, refresh: { kind: 'fresh' } });
  expect(fresh.phases.find(({ name }) => name === 'execute UDF')).toMatchObject({ state: 'skipped', note: 'there was nothing to do' });
  expect(stack.run('status', fresh.run).stdout).toContain('succeeded, the view is fresh: nothing to do, table version 1\n');
});

test('a submitter that is killed in the middle, and the same command again: one Ray job, one right column', async () => {
  const { stack, read, open } = world('functions:held_length');
  const first = stack.start('submit', 'lengths', '--stack', '.');
  await first.said('execute UDF: ');
  first.kill();
  await first.ended;
  const second = stack.start('submit', 'lengths', '--stack', '.', '--output', 'json');
  await second.said('execute UDF: '); // a run that ended before would be another one
  open();
  const report = JSON.parse((await second.ended).stdout) as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', rows: 1000, attempts: [{ status: 'succeeded' }] });
  expect(await rayJobs(report.run)).toEqual([`${report.run}-1`]);
  expect(stack.json<RunReport[]>('list').filter(({ run }) => run.startsWith(report.run.slice(0, -10)))).toHaveLength(1);
  expect(read().right).toBe(true);
});

test('two submitters at once follow one job', async () => {
  const { stack } = world();
  const both = [stack.start('submit', 'lengths', '--stack', '.', '--run-key', 'both-1', '--output', 'json'), stack.start('submit', 'lengths', '--stack', '.', '--run-key', 'both-1', '--output', 'json')];
  const reports = (await Promise.all(both.map(({ ended }) => ended))).map(({ stdout }) => JSON.parse(stdout) as RunReport);
  expect(reports.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  expect(reports[0].run).toBe(reports[1].run);
  expect(await rayJobs(reports[0].run)).toHaveLength(1);
});

test('Ctrl-C detaches and says how to attach; stop stops; the next submit goes on', async () => {
  const { stack, read, open } = world('functions:held_length');
  const submit = ['submit', 'lengths', '--stack', '.', '--set', 'checkpointRows=20'];
  const first = stack.start(...submit);
  await first.said('execute UDF: ');
  first.interrupt();
  const { code, stderr } = await first.ended;
  const [, run] = /geneva-stack attach (\S+)/.exec(stderr) ?? [];
  expect([code, await rayJobs(run)]).toEqual([130, [`${run}-1`]]);
  expect(stack.json('stop', run)).toMatchObject({ status: 'stopped' });
  expect(stack.run('attach', run).code).toBe(3);
  expect(read().columns).toEqual(['text']);
  open();
  const again = stack.run(...submit);
  expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/; [1-9]\d* of them are done already\n/)]);
  expect(read().right).toBe(true);
});

test('--detach returns once Ray has the job', async () => {
  const { stack } = world();
  const report = stack.json('submit', 'lengths', '--stack', '.', '--detach');
  expect(['pending', 'running']).toContain(report.status);
  expect(stack.json('attach', report.run)).toMatchObject({ status: 'succeeded', rows: 1000 });
});

test('a column that another run computes: refused, and with --wait waited for', async () => {
  const { stack, read, open } = world('functions:held_length');
  const first = stack.start('submit', 'lengths', '--stack', '.', '--output', 'json');
  await first.said('plan scans');
  const other = ['submit', 'lengths', '--stack', '.', '--set', 'batchRows=100']; // another spec, so another run
  expect(stack.json(...other)).toMatchObject({ status: 'failed', exitCode: 1, error: { code: 'COLUMN_BUSY', fix: expect.stringContaining('--wait') as string } });
  const waiting = stack.start(...other, '--wait', '--output', 'json');
  await waiting.said("which writes the column 'length'");
  open();
  const [run, { stdout, stderr }] = [JSON.parse((await first.ended).stdout) as RunReport, await waiting.ended];
  expect(stderr).toContain(`waiting for the run ${run.run}, which writes the column 'length'`);
  expect([run, JSON.parse(stdout), read()]).toMatchObject([{ status: 'succeeded', rows: 1000 }, { status: 'succeeded', rows: 0 }, { right: true }]);
});

test('a function that raises: the row, the user\'s frames, exit code 1, the table unchanged', () => {
  const { stack, read } = world('functions:breaks');
  const before = read().version;
  const { code, stdout, stderr } = stack.run('submit', 'lengths', '--stack', '.');
  expect([code, read()]).toMatchObject([1, { version: before, columns: ['text'] }]);
  expect(stdout).toContain('ValueError: seven is not allowed');
  expect(stdout).toContain('functions.py');
  expect(stdout).not.toMatch(/backfill_runtime|site-packages/);
  expect(stdout + stderr).not.toContain('.js:');
});

test('a job that failed is begun again by --attempts, goes on from what is saved, and tells of both attempts', async () => {
  const { stack, read, table } = world('functions:breaks_once');
  const { code, stdout, stderr } = stack.run('submit', 'lengths', '--stack', '.', '--attempts', '2', '--output', 'json');
  const report = JSON.parse(stdout) as RunReport;
  expect([code, report, read()]).toMatchObject([0, { status: 'succeeded', attempts: [{ status: 'failed' }, { status: 'succeeded' }] }, { right: true }]);
  expect(report.attempts[0].reason).toContain('no answer');
  const plans = eventsIn(readFileSync(join(table, '_backfill', report.run, 'events.ndjson'), 'utf8')).filter(({ type }) => type === 'plan');
  expect(plans).toMatchObject([{ attempt: 1, rows: 1000, rowsDone: 0 }, { attempt: 2, rows: 1000 }]);
  expect(plans[1]).not.toMatchObject({ rowsDone: 0 });
  expect(stderr).toContain('starting attempt 2, which goes on from the checkpoints');
  expect(await rayJobs(report.run)).toHaveLength(2);
});

test('what is not there is one clear message: a table, a function, a column', async () => {
  const worlds = [world(), world('functions:lenght'), world('functions:length', { inputs: { text: 'body' } })];
  rmSync(worlds[0].table, { recursive: true });
  const ended = await Promise.all(worlds.map(({ stack }) => stack.start('submit', 'lengths', '--stack', '.', '--output', 'json').ended));
  const reports = ended.map(({ stdout }) => JSON.parse(stdout) as RunReport);
  expect(reports.map(({ status, exitCode, error }) => [status, exitCode, error!.code])).toEqual([
    ['failed', 1, 'TABLE_NOT_FOUND'], ['failed', 1, 'UDF_NOT_FOUND'], ['failed', 1, 'INPUT_NOT_FOUND'],
  ]);
  expect(reports.filter(({ error }) => error!.fix.length < 10)).toEqual([]);
});

test('a shard that is damaged in the store is refused by the cluster', () => {
  const { stack, directory, read } = world();
  stack.run('publish', '--stack', '.');
  const shards = join(directory, 'store', 'shards');
  const path = join(shards, readdirSync(shards)[0]);
  const { stderr, code } = (truncateSync(path, 30), stack.run('submit', 'lengths', '--stack', '.'));
  expect([code, read().columns]).toEqual([2, ['text']]);
  expect(stderr).toContain('got 30 bytes, the manifest says');
});

test('an edit after synth is told, not shipped', () => {
  const { stack, directory } = world();
  tree({ 'functions.py': 'changed = True\n' }, join(directory, 'workspace'));
  const { code, stderr } = stack.run('submit', 'lengths', '--stack', '.');
  expect([code, stderr]).toEqual([2, expect.stringContaining('the workspace changed since synth')]);
});

test.each<[string, string[], NodeJS.ProcessEnv, number, string]>([
  ['a wrong token', [], { RAY_AUTH_TOKEN: 'wrong' }, 6, 'the token is not this cluster\'s'],
  ['no token', [], {}, 6, 'it wants a token and none was given'],
])('%s is exit code 6', (_, args, env, code, message) => {
  const { directory } = world();
  const before = { ...process.env };
  delete process.env.RAY_AUTH_TOKEN;
  Object.assign(process.env, env);
  try {
    const stack = new LocalStack(directory, join(directory, 'workspace'), [], state);
    expect(stack.run('list', '--target', head.address, ...args)).toMatchObject({ code, stderr: expect.stringContaining(message) as string });
  } finally {
    process.env = before;
  }
});

test('a head that is not there is exit code 7, an unknown run or job 2', () => {
  const { stack } = world();
  expect(stack.run('list', '--target', 'http://127.0.0.1:9')).toMatchObject({ code: 7, stderr: expect.stringContaining('no Ray head answers at http://127.0.0.1:9: ECONNREFUSED') as string });
  expect(stack.run('status', 'features-lengths-none')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run "features-lengths-none"') as string });
  expect(stack.run('submit', 'length', '--stack', '.')).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean lengths?') as string });
});

test('doctor finds all in order', () => {
  const { stack } = world();
  const { code, stdout } = stack.run('doctor', '--stack', '.');
  expect([code, stdout.split('\n').filter((line) => line.startsWith('FAIL'))]).toEqual([0, []]);
  expect(stdout).toContain('ok   Ray head: Ray 2.60.0 at');
});
