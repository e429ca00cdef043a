import { ClusterWorld, ENVIRONMENT } from './cluster-world';
import { placeOf } from '../../../src/submitter/phases';
import { runHistory } from '../../../src/submitter/run-history';
import { RunReport } from '../../../src/submitter/run-report';
import { RunStore } from '../../../src/submitter/run-store';
import { findRun } from '../../../src/submitter/runs';
import { submit, SubmitListener, SubmitRequest } from '../../../src/submitter/submit';
import { rayJobsAt } from '../../../src/submitter/target';
import { temporaryDirectory } from '../../temporary-directory';
import { BACKFILL } from '../sample';

const RESULT = (run: string) => `${JSON.stringify({ schema: 'runtime-events/v1', type: 'result', at: 1, run, attempt: 1, table: 't', tableVersion: 2, rows: 10, fragments: 1, bytesWritten: 5, seconds: 1 })}\n`;

let world: ClusterWorld;
let stateDirectory: string;
beforeEach(async () => {
  world = await ClusterWorld.start();
  stateDirectory = temporaryDirectory();
});
afterEach(async () => world.stop());

/** In whole seconds, as Kubernetes tells times. */
const soon = (ms: number) => new Date(Math.floor((Date.now() + ms) / 1000) * 1000).toISOString();

function pod(type: 'head' | 'worker', name: string, createdMs: number, scheduledMs: number, readyMs: number): void {
  const created = Date.parse(soon(createdMs));
  const condition = (kind: string, ms: number) => ({ type: kind, status: 'True', lastTransitionTime: new Date(created + ms - createdMs).toISOString() });
  world.put('pods', name, {
    metadata: { creationTimestamp: new Date(created).toISOString(), labels: { 'ray.io/cluster': 'features-1', 'ray.io/node-type': type } },
    status: { conditions: [condition('PodScheduled', scheduledMs), condition('Ready', readyMs)] },
  });
}

async function submitted(changes: Partial<SubmitRequest> = {}, listener: SubmitListener = {}) {
  const limits = { contactTimeoutMs: 10_000, headTimeoutMs: 60_000 };
  const request = { stack: { descriptor: ENVIRONMENT }, job: BACKFILL, stateDirectory, rerun: false, attempts: 1, detach: false, ...limits };
  return submit({ ...request, ...changes, target: changes.target ?? await world.target() }, listener);
}

/** The job ends as soon as its log is asked for, with a worker that came for it. */
function endsWithOneWorker(): void {
  world.head.stream = () => ({ frames: [], stays: false });
  world.head.onStreamEnd = () => {
    pod('worker', 'features-1-cpu-worker-a', 0, 2_000, 3_000);
    world.put('events', 'pulled', {
      reason: 'Pulled', message: 'Successfully pulled image "x" in 1.5s (1.5s including waiting).', involvedObject: { kind: 'Pod', name: 'features-1-cpu-worker-a' }, lastTimestamp: soon(4_000),
    });
    for (const job of world.head.jobs.values()) { Object.assign(job, { status: 'SUCCEEDED', log: RESULT(job.submission_id) }); }
  };
}

const steps = (phases: readonly { readonly name: string; readonly state: string }[]) => phases.slice(0, 6).map(({ name, state }) => `${name} ${state}`);

test('the steps that Kubernetes sees are seen, and known later', async () => {
  pod('head', 'features-1-head-abcde', -60_000, -50_000, -40_000);
  endsWithOneWorker();
  const report = await submitted();
  expect(steps(report.phases)).toEqual([
    'publish skipped', 'provision head done', 'initialize head done', 'plan scans skipped', 'provision workers done', 'download images done',
  ]);
  expect(report.phases.slice(1, 6).map(({ seconds }) => seconds)).toEqual([10, 10, null, 2, 1.5]);
  expect(report).toMatchObject({ status: 'succeeded', target: expect.stringMatching(/^cluster:\/\/features\/features\?context=test/) as string });
  const store = new RunStore(stateDirectory);
  const later = await runHistory(store.find(report.run)!, store, rayJobsAt(await world.target()));
  const brief = ({ phases }: RunReport) => phases.map(({ name, state, seconds }) => [name, state, seconds]);
  expect(brief(later.report)).toEqual(brief(report));
});

test('without the right to see pods and events, the run goes on, and what is missing is said', async () => {
  world.api.forbidden.add('list pods');
  world.api.forbidden.add('list events');
  endsWithOneWorker();
  const report = await submitted();
  expect(report.status).toBe('succeeded');
  expect(report.phases.find(({ name }) => name === 'provision workers')).toMatchObject({ state: 'unseen', note: 'not allowed to list pods in namespace features, as somebody' });
});

test('a head that is on its way is waited for, and why is said', async () => {
  const path = '/apis/ray.io/v1/namespaces/features/rayclusters/features-1';
  const ready = world.api.objects.get(path)!;
  const condition = { type: 'HeadPodReady', status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [ray-head]' };
  world.api.objects.set(path, { ...ready, status: { conditions: [condition] } });
  world.api.head = undefined;
  endsWithOneWorker();
  const notices: string[] = [];
  const onNotice = (text: string) => {
    notices.push(text);
    world.api.objects.set(path, ready);
    setTimeout(() => world.connectHead(world.head), 500); // the endpoints follow a little later
  };
  await expect(submitted({}, { onNotice })).resolves.toMatchObject({ status: 'succeeded' });
  expect(notices[0]).toBe('waiting for the head of features-1: ContainersNotReady: containers with unready status: [ray-head]');
});

test('a head that is not up is not waited for longer than was asked', async () => {
  const path = '/apis/ray.io/v1/namespaces/features/rayclusters/features-1';
  world.api.objects.set(path, { metadata: { name: 'features-1' }, status: { conditions: [{ type: 'HeadPodReady', status: 'False', reason: 'ContainersNotReady' }] } });
  await expect(submitted({ headTimeoutMs: 0 })).rejects.toMatchObject({
    code: 'HEAD_NOT_READY', exitCode: 7, message: 'the head of RayCluster features-1 is not up after 0 s: ContainersNotReady', fix: expect.stringContaining('--head-timeout') as string,
  });
});

describe('a step that never came', () => {
  const ends = () => Object.assign([...world.head.jobs.values()][0], { status: 'SUCCEEDED', log: RESULT('r') });
  const workers = ({ phases }: RunReport) => phases.filter(({ name }) => name === 'provision workers' || name === 'download images').map(({ name, state, note }) => `${name} ${state}: ${note}`);
  const later = async ({ run }: RunReport) => {
    const store = new RunStore(stateDirectory);
    const target = await world.target();
    return (await runHistory(store.find(run)!, store, rayJobsAt(target), target.cluster)).report;
  };

  test('is skipped when all of the run was watched, and later, too', async () => {
    pod('head', 'features-1-head-abcde', -60_000, -50_000, -40_000);
    world.head.stream = () => ({ frames: [], stays: false });
    world.head.onStreamEnd = ends;
    const report = await submitted();
    const skipped = ['provision workers skipped: no worker was made for this run', 'download images skipped: no worker was made for this run'];
    expect([workers(report), workers(await later(report))]).toEqual([skipped, skipped]);
  });

  test('is not seen when the run began before it was watched, and later neither', async () => {
    await submitted({ detach: true });
    world.head.stream = () => ({ frames: [], stays: false });
    world.head.onStreamEnd = ends;
    const report = await submitted();
    const unseen = ['provision workers unseen: nobody watched the cluster when it happened', 'download images unseen: nobody watched the cluster when it happened'];
    expect([workers(report), workers(await later(report))]).toEqual([unseen, unseen]);
  });
});

test('what keeps a worker from starting is said once', async () => {
  endsWithOneWorker();
  const ended = world.head.onStreamEnd!;
  world.head.onStreamEnd = (connection) => {
    for (const name of ['a', 'b']) {
      pod('worker', name, 0, 0, 0);
      world.put('events', `failed-${name}`, { type: 'Warning', reason: 'Failed', message: 'Failed to pull image "x": not found', involvedObject: { kind: 'Pod', name }, lastTimestamp: soon(1_000) });
    }
    ended(connection);
  };
  const notices: string[] = [];
  await submitted({}, { onNotice: (text) => notices.push(text) });
  expect(notices).toEqual(['pod a: Failed: Failed to pull image "x": not found']);
});

test('while a run goes on, anybody who looks sees its workers', async () => {
  const { run } = await submitted({ detach: true });
  pod('worker', 'features-1-cpu-worker-a', 0, 3_000, 4_000);
  const target = await world.target();
  const store = new RunStore(temporaryDirectory());
  const record = await findRun(run, rayJobsAt(target), store, target.name);
  const { report } = await runHistory(record, store, rayJobsAt(target), target.cluster);
  expect(report.phases.find(({ name }) => name === 'provision workers')).toMatchObject({ state: 'done', seconds: 3 });
});

test('a submit that detaches writes down what it saw of the head', async () => {
  pod('head', 'features-1-head-abcde', -60_000, -50_000, -40_000);
  const report = await submitted({ detach: true });
  expect(new RunStore(stateDirectory).find(report.run)?.phases?.map(({ name }) => name)).toEqual(['provision head', 'initialize head']);
  expect(report.phases.find(({ name }) => name === 'provision workers')?.state).toBe('waiting');
});

test('a run that may go on in the old cluster of an environment is not begun again in the new one', async () => {
  const { run } = await submitted({ detach: true });
  const old = '/apis/ray.io/v1/namespaces/features/rayclusters/features-1';
  const next = '/apis/ray.io/v1/namespaces/features/rayclusters/features-2';
  world.api.objects.set(next, { ...world.api.objects.get(old)!, metadata: { name: 'features-2' }, status: { conditions: [{ type: 'HeadPodReady', status: 'True' }] } });
  world.put('secrets', 'features-2', { data: { auth_token: Buffer.from('secret-token').toString('base64') } });
  world.head.jobs.clear(); // the head behind the proxy is the new one now
  const { rayCluster } = ENVIRONMENT;
  const changed = { ...ENVIRONMENT, rayCluster: { ...rayCluster, name: 'features-2', tokenSecret: { name: 'features-2', key: 'auth_token' }, dashboard: { service: 'features-2-head-svc', port: 8265 } } };
  const again = async () => submitted({ detach: true, target: await world.target({ descriptor: async () => changed }) });
  await expect(again()).rejects.toMatchObject({ code: 'RUN_ELSEWHERE', exitCode: 8, fix: expect.stringContaining(`geneva-stack attach ${run} follows it there`) as string });
  world.api.objects.delete(old);
  await expect(again()).resolves.toMatchObject({ run, attempts: [{ status: 'lost' }, { submissionId: `${run}-2` }] });
});

test('a stack from the cluster has no workspace: its bundle has to be published', async () => {
  const bundle = { digest: 'a'.repeat(64), store: `file://${temporaryDirectory()}/` };
  const stack = { descriptor: { ...ENVIRONMENT, bundle } };
  await expect(submitted({ stack })).rejects.toMatchObject({
    code: 'PLAN_MISSING',
    message: expect.stringMatching(/the stack was read from the cluster, .* does not have the whole bundle either/) as string,
    fix: expect.stringContaining('publish from there first: geneva-stack publish') as string,
  });
  expect(world.head.jobs.size).toBe(0);
});

test.each([['local', 'local'], ['cluster://a/b?context=c', 'cluster'], ['https://ray.acme.com', 'url']])('%s is %s', (target, place) => {
  expect(placeOf(target)).toBe(place);
});
