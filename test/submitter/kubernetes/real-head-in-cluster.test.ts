import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { TestApiServer } from './test-api-server';
import { STACK_DESCRIPTOR_KEY } from '../../../src/descriptor/stack-descriptor';
import { findInterpreter } from '../../../src/submitter/local/interpreter';
import { LocalHead, localDown, localUp } from '../../../src/submitter/local/local-head';
import { managedEnvironment } from '../../../src/submitter/local/managed-environment';
import { RunReport } from '../../../src/submitter/run-report';
import { readToken } from '../../../src/submitter/token';
import { temporaryDirectory, tree } from '../../temporary-directory';
import { Ended, LocalStack } from '../local-stack';
import { STACK } from '../sample';
import { lengthFunctions, makeTexts } from '../texts';

/** A real Ray head with token authentication behind the stand-in for an API server, and the compiled command line. */
jest.setTimeout(240_000);

const state = mkdtempSync(join(tmpdir(), 'geneva-constructs-state-'));
const BEFORE = { ...process.env };
let executable: string;
let head: LocalHead;
let api: TestApiServer;

beforeAll(async () => {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  executable = environment.python;
  ({ head } = await localUp(environment, { stateDirectory: state, cpus: 2 }));
  api = await TestApiServer.start();
  api.head = Number(new URL(head.address).port);
  api.objects.set('/apis/ray.io/v1/namespaces/features/rayclusters/features-1', {
    metadata: { name: 'features-1' },
    status: { head: { serviceName: 'features-1-head-svc', podName: 'features-1-head' }, conditions: [{ type: 'HeadPodReady', status: 'True' }] },
  });
  process.env.KUBECONFIG = join(state, 'kubeconfig');
  process.env.RAY_AUTH_TOKEN = readToken(head.tokenPath);
  writeFileSync(process.env.KUBECONFIG, api.kubeConfig());
}, 600_000);

afterAll(async () => {
  process.env = BEFORE;
  await api.stop();
  await localDown(state);
  rmSync(state, { recursive: true });
});

function world(udf: string): { stack: LocalStack; directory: string; gate: string } {
  const directory = temporaryDirectory();
  const table = join(directory, 'docs.lance');
  makeTexts(executable, table);
  const jobs = [{ name: 'lengths', kind: 'backfill' as const, table, column: 'length', udf, workers: { concurrency: 2 } }];
  const gate = join(directory, 'gate');
  const workspace = tree({ 'functions.py': lengthFunctions(gate) }, join(directory, 'workspace'));
  return { stack: new LocalStack(directory, workspace, jobs, temporaryDirectory()), directory, gate };
}

async function report(stack: LocalStack, ...args: string[]): Promise<RunReport> {
  return reportIn(await stack.start(...args, '--output', 'json').ended);
}

function reportIn({ stdout, stderr }: Ended): RunReport {
  return JSON.parse(stdout === '' ? stderr : stdout) as RunReport;
}

test.each(['proxy', 'port-forward'])('by way of %s, a job is submitted, runs and is found again without its stack', async (via) => {
  const { stack } = world('functions:length');
  const made = await report(stack, 'submit', 'lengths', '--stack', '.', '--target', 'cluster', '--via', via);
  expect(made).toMatchObject({ status: 'succeeded', rows: 1000, target: `cluster://features/features?context=test&via=${via}` });
  const descriptor = JSON.stringify({ ...STACK, bundle: null });
  api.objects.set('/api/v1/namespaces/features/configmaps/features-stack', { metadata: { name: 'features-stack' }, data: { [STACK_DESCRIPTOR_KEY]: descriptor } });
  await expect(report(stack, 'attach', made.run)).resolves.toMatchObject({ status: 'succeeded', rows: 1000 });
  expect((await stack.start('logs', made.run).ended).code).toBe(0);
});

test('a submitter that is killed, and the same command again, while connections are cut: one run', async () => {
  const { stack, gate } = world('functions:held_length');
  const args = ['submit', 'lengths', '--stack', '.', '--target', 'cluster'];
  const first = stack.start(...args);
  await first.said('execute UDF: ');
  first.kill();
  await first.ended;
  const second = stack.start(...args, '--output', 'json');
  await second.said('execute UDF: '); // before it follows the run, it may say that there is no contact
  let cuts = 0;
  const cutting = setInterval(() => {
    api.cut();
    cuts += 1;
    if (cuts === 5) { writeFileSync(gate, ''); }
    if (cuts === 15) { clearInterval(cutting); } // on a busy machine no answer would ever fit between two
  }, 1_000);
  const made = reportIn(await second.ended.finally(() => clearInterval(cutting)));
  expect(made).toMatchObject({ status: 'succeeded', rows: 1000, attempts: [{ status: 'succeeded' }] });
});

test('a run of another machine is found by the stack in the cluster', async () => {
  const { stack } = world('functions:length');
  const made = await report(stack, 'submit', 'lengths', '--stack', '.', '--target', 'cluster');
  const elsewhere = new LocalStack(temporaryDirectory(), tree({ 'a.py': '' }), [], temporaryDirectory());
  const there = ['--target', 'cluster', '--stack', 'cm://features/features-stack'];
  await expect(report(elsewhere, 'status', made.run, ...there)).resolves.toMatchObject({ status: 'succeeded', rows: 1000 });
  expect((await elsewhere.start('list', ...there).ended).stdout).toContain(made.run);
});
