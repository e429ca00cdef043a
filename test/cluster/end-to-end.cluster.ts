import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { FeaturesStack, IMAGE, SUBMITTER } from './features-stack';
import { hasCondition, KubernetesClient, KubeObject, until } from './kubernetes-client';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { RunReport } from '../../src/submitter/run-report';
import { Image } from '../../tools/testbed/images';
import { TestBed } from '../../tools/testbed/test-bed';
import { RunningServer, startS3 } from '../bundler/stores/servers';
import { python } from '../submitter/local-stack';
import { makeTexts } from '../submitter/texts';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
const NAMESPACE = SUBMITTER.namespace;
const TABLE = 's3://features/texts.lance';
/** Of the table. */
const ROWS = 1000;
/** How long each node waits for the image. */
const PULL_SECONDS = 3;

/** How many rows have the right length in a column; null: there is no such column. */
const RIGHT = `
import json, sys, lance
table = lance.dataset(sys.argv[1]).to_table()
column = sys.argv[2]
print(json.dumps(sum(a == len(b) for a, b in zip(table[column].to_pylist(), table["text"].to_pylist())) if column in table.column_names else None))
`;

/** `npm run chaos` has 50 rounds, on one cluster. */
const CYCLES = Array.from({ length: Number(process.env.SCALE_CYCLES ?? 1) }, (_, index) => index + 1);

jest.setTimeout(1_200_000);
/** Ray starts in seconds on a quiet machine; these tests run beside others. */
const PATIENCE_MS = 400_000;

let bed: TestBed;
let s3: RunningServer;
let admin: KubernetesClient;
let stack: FeaturesStack;
let executable: string;
let image: Image;
/** Of somebody who may do what the environment lets submitters do. */
let kubeconfig: string;

beforeAll(async () => {
  const environment = await managedEnvironment(findInterpreter(), 'requirements-dev.lock', () => undefined); // has boto3, as an image for tables on S3 needs it
  executable = environment.python;
  bed = await TestBed.start({ nodes: 'process', hide: [REPOSITORY] });
  s3 = await startS3(bed.gateway!);
  Object.assign(process.env, { AWS_ALLOW_HTTP: 'true', AWS_ENDPOINT: s3.url });
  image = { environment: environment.directory, env: awsVariables(), pullSeconds: PULL_SECONDS };
  bed.setImages({ [IMAGE]: image });
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'features' }));
  makeTexts(executable, TABLE);
  stack = new FeaturesStack(TABLE, 'features');
  admin = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  await admin.apply([...stack.objects, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: SUBMITTER }]);
  kubeconfig = await kubeconfigOf(SUBMITTER);
  await until('the Ray cluster is ready', async () => hasCondition(await rayCluster(), 'HeadPodReady'), PATIENCE_MS);
}, 1_800_000);

afterAll(async () => {
  await bed?.stop();
  await s3?.stop();
}, 60_000);

test.each(['proxy', 'port-forward'])('doctor finds nothing wrong by way of %s', (via) => {
  const { code, stdout } = stack.run(kubeconfig, 'doctor', '--via', via);
  expect(code === 0 ? '' : stdout).toBe('');
});

test.each(CYCLES)('a backfill: workers come from nothing, fetch the code, fill the column, and go; round %i', async (round) => {
  expect((await workers()).map(({ metadata }) => metadata.name)).toEqual([]);
  const { code, stdout, stderr } = stack.run(kubeconfig, 'submit', 'lengths', '--set', 'where=true', '--run-key', `round-${round}`, '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', rows: ROWS });
  expect(report.phases.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'publish: done', 'provision head: done', 'initialize head: done', 'plan scans: done', 'provision workers: done',
    round === 1 ? 'download images: done' : expect.stringMatching(/^download images: (done|skipped)$/), // later on, nodes have it
    'download zips: done', 'schedule actors: done', 'execute UDF: done', 'write fragments: done', 'commit: done',
  ]);
  if (round === 1) { expect(report.phases.find(({ name }) => name === 'download images')!.seconds).toBeGreaterThanOrEqual(PULL_SECONDS); }
  expect(python(executable, RIGHT, TABLE, 'length')).toBe(ROWS);
  await until('the workers are gone', async () => (await workers()).length === 0, PATIENCE_MS);
});

test('nobody gets at Ray without its token, though the API server lets them through', async () => {
  const { serviceName } = (await rayCluster())!.status.head;
  const path = `/api/v1/namespaces/${NAMESPACE}/services/http:${serviceName}:8265/proxy/api/jobs/`;
  expect((await admin.send('GET', path)).status).toBe(401);
});

test('a worker, the operator and the submitter are killed in the middle: the same command goes on with the same run, which succeeds', async () => {
  const first = stack.start(kubeconfig, 'submit', 'slow-lengths');
  await until('rows are written', async () => /execute UDF/.test(first.said()) && (await readyWorkers()).length > 0, PATIENCE_MS);
  const [worker] = await readyWorkers();
  await admin.delete(worker, 0);
  process.kill(bed.pid('kuberay-operator'), 'SIGKILL');
  first.kill();
  const { code, stdout, stderr } = stack.run(kubeconfig, 'submit', 'slow-lengths', '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(first.said()).toContain(report.run);
  expect(report).toMatchObject({ status: 'succeeded', attempts: [{ status: 'succeeded' }] });
  expect(python(executable, RIGHT, TABLE, 'slow')).toBe(ROWS);
});

test('the head is killed in the middle: a new attempt goes on from what is written', async () => {
  const run = stack.start(kubeconfig, 'submit', 'slow-lengths', '--rerun', '--set', 'where=true', '--output', 'json');
  await until('rows are written', async () => /execute UDF/.test(run.said()), PATIENCE_MS);
  const [head] = await admin.list('v1', 'Pod', NAMESPACE, 'ray.io/node-type=head');
  await admin.delete(head, 0);
  const { code, stdout, stderr } = await run.ended;
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(report.attempts.map(({ status }) => status)).toEqual(['lost', 'succeeded']);
  expect(python(executable, RIGHT, TABLE, 'slow')).toBe(ROWS);
});

test('an image without pyarrow on the workers: the run fails with that, and the table is as it was', async () => {
  await until('the workers are gone', async () => (await workers()).length === 0, PATIENCE_MS);
  bed.setImages({ [IMAGE]: { ...image, hides: ['pyarrow'] } });
  const { code, stdout } = stack.run(kubeconfig, 'submit', 'lengths', '--rerun', '--set', 'where=true', '--output', 'json');
  bed.setImages({ [IMAGE]: image });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', attempts: [{ message: expect.stringContaining("No module named 'pyarrow'") }] });
  expect(python(executable, RIGHT, TABLE, 'length')).toBe(ROWS);
});

test('who may not submit is told which right is missing', async () => {
  const stranger = { namespace: NAMESPACE, name: 'stranger' };
  await admin.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: stranger }]);
  const { code, stderr } = stack.run(await kubeconfigOf(stranger), 'submit', 'lengths');
  expect(code).toBe(6);
  expect(stderr).toMatch(/not allowed to get rayclusters.* in namespace features.*addSubmitters/s);
});

async function readyWorkers(): Promise<KubeObject[]> {
  return (await workers()).filter((pod) => pod.metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready'));
}

async function rayCluster(): Promise<KubeObject | undefined> {
  return admin.get(stack.objects.find(({ kind }) => kind === 'RayCluster')!);
}

async function workers(): Promise<KubeObject[]> {
  return admin.list('v1', 'Pod', NAMESPACE, 'ray.io/node-type=worker');
}

/** What a cloud's identity would give the pods. */
function awsVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))) as Record<string, string>;
}

async function kubeconfigOf({ namespace, name }: { namespace: string; name: string }): Promise<string> {
  const { body } = await admin.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const path = join(temporaryDirectory(), 'kubeconfig');
  writeFileSync(path, readFileSync(bed.kubeconfig, 'utf8').replace(/token: \S+/, `token: ${body.status.token}`));
  return path;
}
