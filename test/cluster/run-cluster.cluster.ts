import { Duration } from 'cdk8s';
import { ROWS, SUBMITTER } from './features-bed';
import { FeaturesCluster } from './features-cluster';
import { FeaturesStack } from './features-stack';
import { KubeObject, until } from './kubernetes-client';
import { RunReport } from '../../src/submitter/run-report';

/** Long enough for a head on a busy machine. */
const PATIENT = { timeLimit: Duration.minutes(15), startLimit: Duration.seconds(240), keepFinished: Duration.seconds(5) };

jest.setTimeout(600_000);

let cluster: FeaturesCluster;
beforeAll(async () => { cluster = await FeaturesCluster.start({ runClusters: PATIENT }, 'suspended'); }, 1_800_000); // what is not needed does not have to be up
afterAll(async () => cluster?.stop(), 60_000);

const ended = (...args: string[]) => cluster.stack.run(cluster.kubeconfig, ...args);
const all = (kind: string): Promise<KubeObject[]> => cluster.admin.list('ray.io/v1', kind, SUBMITTER.namespace);
/** The clusters that runs have of their own. */
const ownClusters = async () => (await all('RayCluster')).filter(({ metadata }) => metadata.labels?.['geneva-constructs/run-of'] === 'features');
const rayJobOf = async (run: string) => (await all('RayJob')).find(({ metadata }) => metadata.annotations?.['geneva-constructs/run'] === run);

test('doctor finds all rights that it takes', async () => {
  expect((await ended('doctor')).stdout).toContain('ok   access: all that --via proxy takes');
});

test('a run has a cluster that comes before it and goes after it, and is known when that is gone', async () => {
  const { code, stdout, stderr } = await ended('submit', 'own-lengths', '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  const report = JSON.parse(stdout) as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', rows: ROWS, attempts: [{ status: 'succeeded' }] });
  expect(report.phases.filter(({ state }) => state !== 'done')).toEqual([]);
  expect(cluster.right('own_length')).toBe(ROWS);
  await until('the cluster is gone', async () => (await ownClusters()).length === 0, 120_000);
  expect((await rayJobOf(report.run))!.status).toMatchObject({ jobId: `${report.run}-1`, jobStatus: 'SUCCEEDED', jobDeploymentStatus: 'Complete' });
  const later = await ended('status', report.run, '--output', 'json');
  expect(JSON.parse(later.stdout)).toMatchObject({ status: 'succeeded', rows: ROWS, phases: report.phases });
  expect(JSON.parse((await ended('list', '--output', 'json')).stdout)).toMatchObject([{ run: report.run, status: 'succeeded' }]);
  for (const asked of [['list'], ['status', report.run]]) {
    const elsewhere = await cluster.stack.startElsewhere(cluster.kubeconfig, ...asked, '--output', 'json').ended;
    expect([elsewhere.code, [JSON.parse(elsewhere.stdout)].flat()]).toMatchObject([0, [{ run: report.run, job: 'own-lengths', status: 'succeeded' }]]);
  }
});

test('a submitter that is killed in the middle, and the same command: one cluster, one job; another machine sees it', async () => {
  const first = cluster.stack.start(cluster.kubeconfig, 'submit', 'slow-own-lengths');
  await until('rows are computed', async () => first.said().includes('execute UDF'), 240_000);
  first.kill();
  const [{ metadata: { annotations } }] = (await all('RayJob')).filter(({ status }) => status.jobDeploymentStatus !== 'Complete');
  const run = annotations['geneva-constructs/run'] as string;
  const elsewhere = await cluster.stack.startElsewhere(cluster.kubeconfig, 'status', run, '--output', 'json').ended;
  expect(elsewhere.code === 0 ? '' : elsewhere.stdout + elsewhere.stderr).toBe('');
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ run });
  const { code, stdout, stderr } = await ended('submit', 'slow-own-lengths', '--output', 'json');
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ run, status: 'succeeded', attempts: [{ status: 'succeeded' }] });
  expect(cluster.right('slow_own_length')).toBe(ROWS);
});

test('stop stops the job and deletes the cluster', async () => {
  const run = cluster.stack.start(cluster.kubeconfig, 'submit', 'slow-own-lengths', '--rerun', '--set', 'where=true');
  await until('rows are computed', async () => run.said().includes('execute UDF'), 240_000);
  const [, name] = /^run (\S+)$/m.exec(run.said()) ?? [];
  const stopped = await ended('stop', name, '--output', 'json');
  expect(stopped.code === 0 ? '' : stopped.stdout + stopped.stderr).toBe('');
  expect(JSON.parse(stopped.stdout)).toMatchObject({ run: name, status: 'stopped' });
  expect(await rayJobOf(name)).toBeUndefined();
  await until('the cluster is gone', async () => (await ownClusters()).length === 0, 120_000);
  expect((await run.ended).code).toBe(3);
});

test('a submitter that is killed before it submits, and nobody comes back: KubeRay deletes the cluster', async () => {
  const impatient = new FeaturesStack({ runClusters: { ...PATIENT, startLimit: Duration.seconds(30) }, sameMachine: cluster.stack });
  const run = impatient.start(cluster.kubeconfig, 'submit', 'slow-own-lengths', '--rerun', '--set', 'where=true');
  const [{ metadata: { ownerReferences: [{ name }] } }] = await until('the cluster is being made', async () => {
    const made = await ownClusters();
    return made.length > 0 && made;
  }, 120_000);
  run.kill();
  await until('the cluster is gone', async () => (await ownClusters()).length === 0, 150_000);
  expect((await all('RayJob')).find(({ metadata }) => metadata.name === name)!.status).toMatchObject({ jobDeploymentStatus: 'Failed', reason: 'PreRunningDeadlineExceeded' });
});
