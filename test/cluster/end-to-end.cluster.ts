import { PULL_SECONDS, ROWS, SUBMITTER } from './features-bed';
import { FeaturesCluster } from './features-cluster';
import { until } from './kubernetes-client';
import { RunReport } from '../../src/submitter/run-report';

/** `npm run chaos` has 50 rounds, on one cluster. */
const CYCLES = Array.from({ length: Number(process.env.SCALE_CYCLES ?? 1) }, (_, index) => index + 1);

jest.setTimeout(1_200_000);
/** Ray starts in seconds on a quiet machine; these tests run beside others. */
const PATIENCE_MS = 400_000;

let cluster: FeaturesCluster;
beforeAll(async () => { cluster = await FeaturesCluster.start(); }, 1_800_000);
afterAll(async () => cluster?.stop(), 60_000);

test.each(['proxy', 'port-forward'])('doctor finds nothing wrong by way of %s', async (via) => {
  const { code, stdout } = await cluster.stack.run(cluster.kubeconfig, 'doctor', '--via', via);
  expect(code === 0 ? '' : stdout).toBe('');
});

test.each(CYCLES)('a backfill: workers come from nothing, fetch the code, fill the column, and go; round %i', async (round) => {
  await until('there is no worker', async () => (await cluster.workers()).length === 0, PATIENCE_MS); // a round that failed may have left some
  const { code, stdout, stderr } = await cluster.stack.run(cluster.kubeconfig, 'submit', 'lengths', '--set', 'where=true', '--run-key', `round-${round}`, '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', rows: ROWS });
  expect(report.phases.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'publish: done', 'provision head: done', 'initialize head: done', 'plan scans: done', 'provision workers: done',
    round === 1 ? 'download images: done' : expect.stringMatching(/^download images: (done|skipped)$/), // later on, nodes have it
    'download zips: done', 'schedule actors: done', 'execute UDF: done', 'write fragments: done', 'commit: done',
  ]);
  if (round === 1) { expect(report.phases.find(({ name }) => name === 'download images')!.seconds).toBeGreaterThanOrEqual(PULL_SECONDS); }
  expect(cluster.right('length')).toBe(ROWS);
  await until('the workers are gone', async () => (await cluster.workers()).length === 0, PATIENCE_MS);
});

test('nobody gets at Ray without its token, though the API server lets them through', async () => {
  expect((await cluster.admin.send('GET', `${await cluster.proxyPath()}/api/jobs/`)).status).toBe(401);
});

test('a worker, the operator and the submitter are killed in the middle: the same command goes on with the same run, which succeeds', async () => {
  const first = cluster.stack.start(cluster.kubeconfig, 'submit', 'slow-lengths');
  await until('rows are written', async () => /execute UDF/.test(first.said()) && (await cluster.readyWorkers()).length > 0, PATIENCE_MS);
  const [worker] = await cluster.readyWorkers();
  await cluster.admin.delete(worker, 0);
  process.kill(cluster.bed.pid('kuberay-operator'), 'SIGKILL');
  first.kill();
  const { code, stdout, stderr } = await cluster.stack.run(cluster.kubeconfig, 'submit', 'slow-lengths', '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(first.said()).toContain(report.run);
  expect(report).toMatchObject({ status: 'succeeded', attempts: [{ status: 'succeeded' }] });
  expect(cluster.right('slow')).toBe(ROWS);
});

test('the head is killed in the middle: a new attempt goes on from what is written', async () => {
  const run = cluster.stack.start(cluster.kubeconfig, 'submit', 'slow-lengths', '--rerun', '--set', 'where=true', '--output', 'json');
  await until('rows are written', async () => /execute UDF/.test(run.said()), PATIENCE_MS);
  const [head] = await cluster.admin.list('v1', 'Pod', SUBMITTER.namespace, 'ray.io/node-type=head');
  await cluster.admin.delete(head, 0);
  const { code, stdout, stderr } = await run.ended;
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(report.attempts.map(({ status }) => status)).toEqual(['lost', 'succeeded']);
  expect(cluster.right('slow')).toBe(ROWS);
});

test('an image without pyarrow on the workers: the run fails with that, and the table is as it was', async () => {
  await until('the workers are gone', async () => (await cluster.workers()).length === 0, PATIENCE_MS);
  cluster.setImage({ hides: ['pyarrow'] });
  const { code, stdout } = await cluster.stack.run(cluster.kubeconfig, 'submit', 'lengths', '--rerun', '--set', 'where=true', '--output', 'json');
  cluster.setImage({});
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', attempts: [{ reason: expect.stringContaining("No module named 'pyarrow'") }] });
  expect(cluster.right('length')).toBe(ROWS);
});

test('who may not submit is told which right is missing', async () => {
  const stranger = { namespace: SUBMITTER.namespace, name: 'stranger' };
  await cluster.admin.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: stranger }]);
  const { code, stderr } = await cluster.stack.run(await cluster.kubeconfigOf(stranger), 'submit', 'lengths');
  expect(code).toBe(6);
  expect(stderr).toMatch(/not allowed to get rayclusters.* in namespace features.*addSubmitters/s);
});
