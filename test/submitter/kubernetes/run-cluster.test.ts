import { ClusterWorld, ENVIRONMENT } from './cluster-world';
import { StackDescriptor } from '../../../src/descriptor/stack-descriptor';
import { SUBMISSION_ANNOTATION } from '../../../src/spec/run-cluster';
import { RunCluster } from '../../../src/submitter/kubernetes/run-cluster';
import { METADATA } from '../../../src/submitter/run-spec';
import { RunStore } from '../../../src/submitter/run-store';
import { runsWithClusters, runWithCluster } from '../../../src/submitter/runs-with-clusters';
import { stopWithCluster } from '../../../src/submitter/stop-with-cluster';
import { submit, SubmitListener, SubmitRequest } from '../../../src/submitter/submit';
import { SubmitterError } from '../../../src/submitter/submitter-error';
import { temporaryDirectory } from '../../temporary-directory';
import { BACKFILL } from '../sample';

jest.setTimeout(30_000);

const RESULT = `${JSON.stringify({ schema: 'runtime-events/v1', type: 'result', at: 1, run: 'r', attempt: 1, table: 't', tableVersion: 2, rows: 10, fragments: 1, bytesWritten: 5, seconds: 1 })}\n`;
const RAY = '/apis/ray.io/v1/namespaces/features';
const SPEC = { submissionMode: 'InteractiveMode', shutdownAfterJobFinishes: true, activeDeadlineSeconds: 60, preRunningDeadlineSeconds: 30, rayClusterSpec: {} };
const DESCRIPTOR: StackDescriptor = { ...ENVIRONMENT, runClusters: { jobs: [BACKFILL.name], rayJob: { metadata: { labels: { 'geneva-constructs/run-of': 'features' } }, spec: SPEC } } };

let world: ClusterWorld;
let stateDirectory: string;
/** The RayJobs and RayClusters that were made and deleted, in order. */
let changes: string[];
/** Whether the heads of clusters come up. */
let isReady: boolean;

beforeEach(async () => {
  world = await ClusterWorld.start();
  stateDirectory = temporaryDirectory();
  [changes, isReady] = [[], true];
  world.api.onChange = operator;
});
afterEach(async () => world.stop());

/** Does what KubeRay does with a RayJob in InteractiveMode. */
function operator(method: string, path: string): void {
  const [, name] = /\/rayjobs\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) { return; }
  const cluster = `${name}-abcde`;
  changes.push(`${method} ${method === 'PATCH' ? rayJob(name)!.spec.jobId : name.replace(/-[^-]*$/, '')}`);
  if (method === 'DELETE') {
    world.api.objects.delete(`${RAY}/rayclusters/${cluster}`);
    world.head.jobs.clear();
  }
  if (method !== 'POST') { return; }
  status(name, { jobDeploymentStatus: 'Waiting', rayClusterName: cluster });
  world.api.objects.set(`${RAY}/rayclusters/${cluster}`, {
    metadata: { name: cluster },
    spec: { authOptions: { mode: 'token', secretName: 'features-1' } },
    status: { head: { serviceName: `${cluster}-head-svc` }, conditions: [{ type: 'HeadPodReady', status: isReady ? 'True' : 'False', reason: 'Unschedulable' }] },
  });
}

const rayJob = (name: string) => world.api.objects.get(`${RAY}/rayjobs/${name}`) as { metadata: { annotations: Record<string, string> }; spec: { jobId?: string } } | undefined;
const status = (name: string, fields: object) => world.api.objects.set(`${RAY}/rayjobs/${name}`, { ...world.api.objects.get(`${RAY}/rayjobs/${name}`)!, status: fields });

async function submitted(more: Partial<SubmitRequest> = {}, listener: SubmitListener = {}) {
  const limits = { contactTimeoutMs: 10_000, headTimeoutMs: 10_000 };
  const request = { stack: { descriptor: DESCRIPTOR }, job: BACKFILL, stateDirectory, rerun: false, attempts: 1, detach: false, ...limits };
  return submit({ ...request, ...more, target: await world.target({ descriptor: async () => DESCRIPTOR }) }, listener);
}

/** Jobs succeed as soon as their log is asked for. */
function succeeds(): void {
  world.head.stream = (job) => {
    Object.assign(job, { status: 'SUCCEEDED', log: RESULT });
    return { frames: [] };
  };
}

const records = () => new RunStore(stateDirectory).all();

test('a run has a cluster of its own, of which KubeRay is told what it is there for', async () => {
  succeeds();
  const runs: string[] = [];
  const report = await submitted({}, { onRun: (run) => runs.push(run) });
  const [{ run, rayJob: name, address }] = records();
  expect(report).toMatchObject({ run, status: 'succeeded', rows: 10, attempts: [{ submissionId: `${run}-1`, status: 'succeeded' }] });
  expect(runs).toEqual([run]);
  expect(address).toBe(`http://${name}-abcde-head-svc.features.svc:8265`);
  expect(changes).toEqual([`POST ${name!.replace(/-[^-]*$/, '')}`, `PATCH ${run}-1`]);
  expect(rayJob(name!)).toMatchObject({
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata: { namespace: 'features', labels: { 'geneva-constructs/run-of': 'features' }, annotations: { [METADATA.run]: run, [SUBMISSION_ANNOTATION]: `${run}-1` } },
    spec: { ...SPEC, jobId: `${run}-1` },
  });
});

test('a job of the same environment without one runs on the cluster of the environment', async () => {
  succeeds();
  await submitted({ job: { ...BACKFILL, name: 'other' } });
  expect([changes, records()[0].rayJob]).toEqual([[], undefined]);
});

test('a submitter that died before it submitted, and the same command again: one cluster, one job', async () => {
  isReady = false;
  await expect(submitted({ headTimeoutMs: 1 })).rejects.toMatchObject({ code: 'HEAD_NOT_READY', exitCode: 7 });
  expect([records()[0].attempts, world.head.jobs.size]).toMatchObject([[{ state: 'prepared' }], 0]);
  const [[path, cluster]] = [...world.api.objects].filter(([at]) => at.endsWith('-abcde'));
  world.api.objects.set(path, { ...cluster, status: { conditions: [{ type: 'HeadPodReady', status: 'True' }] } });
  succeeds();
  const { run } = records()[0];
  expect(await submitted()).toMatchObject({ run, status: 'succeeded' });
  expect(changes.filter((change) => change.startsWith('POST'))).toHaveLength(1);
  expect([...world.head.jobs.keys()]).toEqual([`${run}-1`]);
});

test('another machine knows the runs by their RayJobs, until somebody deletes those, and if it may list them', async () => {
  const { run } = await submitted({ runKey: 'nightly-1', detach: true });
  const { cluster, name: target } = await world.target({ descriptor: async () => DESCRIPTOR });
  const [here] = records();
  const there = (await runsWithClusters(cluster!, target))[0];
  const { createdAt } = there; // all times are that of the RayJob
  const attempt = { ...here.attempts[0], preparedAt: createdAt, submittedAt: createdAt, sessionName: undefined };
  expect(there).toEqual({ ...here, createdAt, attempts: [attempt] });
  status(here.rayJob!, { jobDeploymentStatus: 'Complete', jobStatus: 'FAILED', rayClusterName: `${here.rayJob}-abcde`, reason: 'AppFailed' });
  expect(await runWithCluster(cluster!, run, target)).toMatchObject({ run, attempts: [{ submissionId: `${run}-1`, state: 'failed', reason: 'AppFailed' }] });
  expect(await runWithCluster(cluster!, 'features-other-1', target)).toBeUndefined();
  world.api.forbidden.add('list rayjobs');
  expect(await runsWithClusters(cluster!, target)).toEqual([]);
});

test('two machines at once with the same run key make one cluster and submit one job', async () => {
  const reports = await Promise.all([1, 2].map(() => submitted({ runKey: 'nightly-1', stateDirectory: temporaryDirectory(), detach: true })));
  expect(reports[0].run).toBe(reports[1].run);
  expect(changes.filter((change) => change.startsWith('POST'))).toHaveLength(1);
  expect([...world.head.jobs.keys()]).toEqual([`${reports[0].run}-1`]);
});

test('the outcome of a run key is known to another machine from the RayJob, when the cluster is gone', async () => {
  const { run } = await submitted({ runKey: 'nightly-1', detach: true });
  const name = records()[0].rayJob!;
  status(name, { jobDeploymentStatus: 'Complete', jobStatus: 'SUCCEEDED', rayClusterName: `${name}-abcde` });
  world.api.objects.delete(`${RAY}/rayclusters/${name}-abcde`);
  expect(await submitted({ runKey: 'nightly-1', stateDirectory: temporaryDirectory() })).toMatchObject({ run, status: 'succeeded', exitCode: 0 });
  expect(changes.filter((change) => change.startsWith('POST'))).toHaveLength(1);
});

test('a head that is lost is followed by another attempt on another cluster', async () => {
  let lost = false;
  world.head.stream = (job) => {
    if (lost) { Object.assign(job, { status: 'SUCCEEDED', log: RESULT }); } else { world.head.jobs.clear(); }
    lost = true;
    return { frames: [] };
  };
  const notices: string[] = [];
  const report = await submitted({}, { onNotice: (text) => notices.push(text) });
  expect(report).toMatchObject({ status: 'succeeded', attempts: [{ status: 'lost' }, { submissionId: `${report.run}-2`, status: 'succeeded' }] });
  expect(changes.map((change) => change.split(' ')[0])).toEqual(['POST', 'PATCH', 'DELETE', 'POST', 'PATCH']);
  expect(rayJob(records()[0].rayJob!)!.metadata.annotations[SUBMISSION_ANNOTATION]).toBe(`${report.run}-2`);
  expect(notices).toContain('the Ray head does not know the submission; starting attempt 2 with another cluster, which goes on from the checkpoints');
});

test('a job that failed is begun again on another cluster by who asks for it', async () => {
  world.head.stream = (job) => {
    const isFirst = job.submission_id.endsWith('-1');
    Object.assign(job, isFirst ? { status: 'FAILED', message: 'exit code 1' } : { status: 'SUCCEEDED', log: RESULT });
    return { frames: [] };
  };
  const notices: string[] = [];
  const report = await submitted({ attempts: 2 }, { onNotice: (text) => notices.push(text) });
  expect(report).toMatchObject({ status: 'succeeded', attempts: [{ status: 'failed' }, { submissionId: `${report.run}-2`, status: 'succeeded' }] });
  expect(changes.map((change) => change.split(' ')[0])).toEqual(['POST', 'PATCH', 'DELETE', 'POST', 'PATCH']);
  expect(notices).toContain('exit code 1; starting attempt 2 with another cluster, which goes on from the checkpoints');
});

test('a run that is stopped between two attempts gets no other cluster', async () => {
  world.head.stream = (job) => {
    Object.assign(job, { status: 'FAILED', message: 'exit code 1' });
    return { frames: [] };
  };
  const store = new RunStore(stateDirectory);
  const gone = () => Promise.reject(new SubmitterError('RUN_LOST', 5, 'm', 'f'));
  const { server } = (await world.target()).cluster!;
  let stopping: Promise<unknown> | undefined;
  const stop = ([record] = records()) => { stopping = stopWithCluster(record, new RunCluster(server, DESCRIPTOR, record.rayJob!), store, gone); };
  const onNotice = (text: string) => { if (text.includes('starting attempt 2')) { setTimeout(stop, 50); } };
  expect(await submitted({ attempts: 2 }, { onNotice })).toMatchObject({ status: 'stopped', exitCode: 3, attempts: [{ status: 'failed' }, { status: 'stopped' }] });
  await stopping;
  expect(changes.map((change) => change.split(' ')[0])).toEqual(['POST', 'PATCH', 'DELETE']);
});

test('a run key whose job failed has the attempts that are left, and no more', async () => {
  world.head.stream = (job) => {
    Object.assign(job, { status: 'FAILED', message: 'exit code 1' });
    return { frames: [] };
  };
  const asked = { runKey: 'nightly-1', attempts: 2 };
  expect(await submitted({ runKey: 'nightly-1' })).toMatchObject({ status: 'failed', attempts: [{ status: 'failed' }] });
  expect(await submitted(asked)).toMatchObject({ status: 'failed', attempts: [{ status: 'failed' }, { status: 'failed' }] });
  expect(await submitted(asked)).toMatchObject({ status: 'failed', attempts: [{ status: 'failed' }, { status: 'failed' }] });
  expect(world.head.posts).toHaveLength(2);
});

test('a cluster that KubeRay took away since nobody submitted to it is made again', async () => {
  isReady = false;
  await expect(submitted({ headTimeoutMs: 1 })).rejects.toMatchObject({ code: 'HEAD_NOT_READY' });
  status(records()[0].rayJob!, { jobDeploymentStatus: 'Failed', reason: 'PreRunningDeadlineExceeded' });
  [isReady, changes] = [true, []];
  succeeds();
  expect(await submitted()).toMatchObject({ status: 'succeeded' });
  expect(changes.map((change) => change.split(' ')[0])).toEqual(['DELETE', 'POST', 'PATCH']);
});

test('a run that takes too long ends with 4 as soon as KubeRay has ended it', async () => {
  world.head.stream = () => ({ frames: [], stays: true });
  const followed = submitted({}, { onRun: () => status(records()[0].rayJob!, { jobDeploymentStatus: 'Failed', reason: 'DeadlineExceeded', message: 'has passed the activeDeadlineSeconds' }) });
  await expect(followed).rejects.toMatchObject({ code: 'RUN_OVERDUE', exitCode: 4, message: expect.stringContaining('DeadlineExceeded') as string, fix: expect.stringContaining('runClusters') as string });
  expect(records()[0].attempts).toMatchObject([{ state: 'failed' }]);
});

test('who follows a run whose cluster somebody deletes is told that it was stopped', async () => {
  world.head.stream = () => ({ frames: [], stays: true });
  const report = await submitted({}, { onRun: () => { world.api.objects.delete(`${RAY}/rayjobs/${records()[0].rayJob}`); } });
  expect(report).toMatchObject({ status: 'stopped', exitCode: 3, attempts: [{ status: 'stopped', reason: 'its cluster was deleted' }] });
});

test('what KubeRay refuses is told in its words', async () => {
  world.api.onChange = (method, path) => {
    if (method === 'POST') { status(path.split('/').pop()!, { jobDeploymentStatus: 'ValidationFailed', message: 'The RayJob spec is invalid: x' }); }
  };
  await expect(submitted()).rejects.toMatchObject({ code: 'RUN_CLUSTER_NOT_MADE', exitCode: 7, message: expect.stringContaining('The RayJob spec is invalid: x') as string });
});

test('who gives up before anything is submitted leaves no cluster behind', async () => {
  isReady = false;
  const controller = new AbortController();
  const abort = () => setTimeout(() => controller.abort(), 50);
  await expect(submitted({ signal: controller.signal }, { onNotice: abort })).rejects.toThrow();
  expect(changes.map((change) => change.split(' ')[0])).toEqual(['POST', 'DELETE']);
});

test.each([
  ['is not up yet', new SubmitterError('RAY_UNREACHABLE', 7, 'm', 'f')],
  ['is gone', new SubmitterError('RUN_LOST', 5, 'm', 'f')],
])('a run whose head %s is stopped with its cluster', async (_, error) => {
  await submitted({ detach: true });
  const { run, rayJob: name } = records()[0];
  const cluster = new RunCluster((await world.target()).cluster!.server, DESCRIPTOR, name!);
  const store = new RunStore(stateDirectory);
  expect(await stopWithCluster(store.find(run)!, cluster, store, () => Promise.reject(error))).toMatchObject({ run, status: 'stopped', exitCode: 3 });
  expect([rayJob(name!), store.find(run)!.attempts]).toMatchObject([undefined, [{ state: 'stopped' }]]);
});

test('a cluster stays when its job could not be stopped, for who may not', async () => {
  await submitted({ detach: true });
  const [record] = records();
  const cluster = new RunCluster((await world.target()).cluster!.server, DESCRIPTOR, record.rayJob!);
  const refusal = new SubmitterError('NOT_AUTHORIZED', 6, 'm', 'f');
  await expect(stopWithCluster(record, cluster, new RunStore(stateDirectory), () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(rayJob(record.rayJob!)).toBeDefined();
});

test('a right that is missing is named', async () => {
  world.api.forbidden.add('create rayjobs');
  await expect(submitted()).rejects.toMatchObject({ code: 'KUBERNETES_FORBIDDEN', exitCode: 6, message: expect.stringContaining('not allowed to create rayjobs.ray.io in namespace features') as string });
});
