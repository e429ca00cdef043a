import { writeFileSync } from 'fs';
import { join } from 'path';
import { ClusterWorld, ENVIRONMENT } from './cluster-world';
import { STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL } from '../../../src/descriptor/stack-descriptor';
import { Check } from '../../../src/submitter/check';
import { doctor, DoctorOptions } from '../../../src/submitter/doctor';
import { temporaryDirectory } from '../../temporary-directory';

const CLUSTER = '/apis/ray.io/v1/namespaces/features/rayclusters/features-1';

let world: ClusterWorld;
beforeEach(async () => {
  world = await ClusterWorld.start();
  world.api.objects.set('/version', { metadata: { name: '' }, gitVersion: 'v1.35.4' });
  world.api.objects.set('/apis/ray.io/v1', { metadata: { name: '' }, resources: [{ name: 'rayclusters' }] });
  world.api.objects.set('/apis/apps/v1/deployments/kuberay-operator', {
    metadata: { name: 'kuberay-operator', labels: { 'app.kubernetes.io/name': 'kuberay-operator' } },
    spec: { template: { spec: { containers: [{ image: 'quay.io/kuberay/operator:v1.7.0' }] } } },
  });
  world.api.objects.set('/api/v1/nodes/one', { metadata: { name: 'one', labels: { 'geneva.lancedb.com/ray-head': 'true' } } });
});
afterEach(async () => world.stop());

function stack(descriptor = ENVIRONMENT): string {
  const file = join(temporaryDirectory(), 'stack.json');
  const data = { [STACK_DESCRIPTOR_KEY]: JSON.stringify(descriptor) };
  writeFileSync(file, JSON.stringify({ kind: 'ConfigMap', metadata: { labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } }, data }));
  return file;
}

async function checks(options: Partial<DoctorOptions> = {}): Promise<Map<string, Check>> {
  const found: Check[] = [];
  const target = { target: 'cluster', stateDirectory: temporaryDirectory(), kubeconfig: world.kubeconfig };
  for await (const check of doctor({ stack: stack(), ...target, ...options })) { found.push(check); }
  return new Map(found.map((check) => [check.name, check]));
}

test('all is in order, line by line', async () => {
  const found = await checks();
  expect([...found.values()].filter(({ ok }) => !ok)).toEqual([]);
  expect([...found].slice(1).map(([name, { found: text }]) => `${name}: ${text}`)).toEqual([
    'stack: features with 2 jobs',
    'kubeconfig: context test',
    `Kubernetes: v1.35.4 at ${world.api.address}, context test`,
    'KubeRay: RayClusters of ray.io/v1; operator quay.io/kuberay/operator:v1.7.0',
    'access: all that --via proxy takes',
    'RayCluster: features-1, its head is ready; 0 workers',
    'RayCluster events: no warning in the last 10 minutes',
    'head nodes: 1 with the label geneva.lancedb.com/ray-head',
    'token: in Secret features-1',
    'Ray head: Ray 2.60.0 at http://features-1-head-svc.features.svc:8265',
  ]);
});

test('a stack in the cluster does as well', async () => {
  expect((await checks({ stack: 'cm://features/features-stack' })).get('stack')).toMatchObject({ ok: true, found: 'features with 2 jobs' });
});

test('what may not be seen is not wrong for that', async () => {
  ['list nodes', 'list deployments', 'list events', 'list pods'].forEach((right) => world.api.forbidden.add(right));
  const found = await checks();
  expect([...found.values()].filter(({ ok }) => !ok)).toEqual([]);
  expect([found.get('KubeRay')?.found, found.get('head nodes')?.found]).toEqual(['RayClusters of ray.io/v1; the operator is out of our sight', 'out of our sight']);
  expect(found.get('access')?.found).toBe('all that --via proxy takes; steps stay unseen: not allowed to list pods in namespace features, list events in namespace features');
});

test.each<[string, string, () => void, string, string]>([
  ['a cluster without KubeRay', 'KubeRay', () => world.api.objects.delete('/apis/ray.io/v1'), 'does not know RayClusters of ray.io/v1', 'helm install kuberay-operator'],
  ['a right that is missing', 'access', () => world.api.forbidden.add('create services/proxy'),
    'not allowed to create services/proxy "http:features-1-head-svc:8265" in namespace features', 'environment.addSubmitters'],
  ['a RayCluster that was not applied', 'RayCluster', () => world.api.objects.delete(CLUSTER), 'no RayCluster features-1 in namespace features', 'kubectl apply'],
  ['a head that waits for a node', 'RayCluster', () => headIs({ conditions: [{ type: 'HeadPodReady', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }] }),
    'the head of features-1 is not up: Unschedulable: 0/3 nodes', 'kubectl describe raycluster features-1 -n features'],
  ['a pod that no node takes', 'RayCluster', () => { headIs({ conditions: [{ type: 'HeadPodReady', status: 'False', reason: 'Unknown' }] }); unschedulable(); },
    'the head of features-1 is not up: no node takes it: 0/3 nodes are available', 'geneva.lancedb.com/ray-head'],
  ['pods that are refused beside a head that is up', 'RayCluster', () => headIs({
    conditions: [
      { type: 'HeadPodReady', status: 'True' }, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreateWorkerPod', message: 'quota' },
    ],
  }),
  'features-1 can\'t have all of its pods: FailedCreateWorkerPod: quota', 'quotas'],
  ['another release of Ray', 'RayCluster', () => world.api.objects.set(CLUSTER, { ...world.api.objects.get(CLUSTER)!, spec: { rayVersion: '2.54.0' } }),
    'features-1 has rayVersion 2.54.0, the stack declares 2.60.0', 'cdk8s synth, then kubectl apply -f dist'],
  ['warnings of the operator', 'RayCluster events', () => warn(), '1 in the last 10 minutes; InvalidRayClusterSpec: min is above max', 'kubectl describe'],
  ['a token that is not there', 'token', () => world.api.objects.delete('/api/v1/namespaces/features/secrets/features-1'), 'Secret features-1 with key auth_token is not there', 'KubeRay 1.5.1'],
])('%s is named, with a fix', async (_, name, spoil, message, fix) => {
  spoil();
  const told = { found: expect.stringContaining(message) as string, fix: expect.stringContaining(fix) as string };
  expect((await checks()).get(name)).toEqual({ name, ok: false, ...told });
});

test('clusters of runs take rights of their own, and only where a job has them', async () => {
  world.api.forbidden.add('create rayjobs');
  expect((await checks()).get('access')).toMatchObject({ ok: true });
  const spec = { submissionMode: 'InteractiveMode', rayClusterSpec: {}, shutdownAfterJobFinishes: true, activeDeadlineSeconds: 60, preRunningDeadlineSeconds: 30 };
  const runClusters = { jobs: ['word-count'], rayJob: { metadata: { labels: {} }, spec } };
  expect((await checks({ stack: stack({ ...ENVIRONMENT, runClusters }) })).get('access')).toMatchObject({ ok: false, found: 'not allowed to create rayjobs.ray.io in namespace features' });
});

test('without labelled nodes a head that is not up has nowhere to go', async () => {
  world.api.objects.delete('/api/v1/nodes/one');
  expect((await checks()).get('head nodes')).toMatchObject({ ok: true });
  headIs({ conditions: [] });
  expect((await checks()).get('head nodes')).toMatchObject({ ok: false, found: 'no node has the label geneva.lancedb.com/ray-head' });
});

test('a cluster that is out of reach is one failure, and the head another', async () => {
  await world.api.stop();
  const found = await checks();
  expect([...found.values()].filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['Kubernetes', 'Ray head']);
  expect(found.get('Kubernetes')?.fix).toContain('--context');
});

function headIs(status: object): void {
  world.api.objects.set(CLUSTER, { ...world.api.objects.get(CLUSTER)!, status });
}

function unschedulable(): void {
  world.put('pods', 'features-1-head', {
    metadata: { labels: { 'ray.io/cluster': 'features-1', 'ray.io/node-type': 'head' } },
    status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }] },
  });
}

function warn(): void {
  const about = { type: 'Warning', involvedObject: { kind: 'RayCluster', name: 'features-1' }, lastTimestamp: new Date().toISOString() };
  world.put('events', 'one', { ...about, reason: 'InvalidRayClusterSpec', message: 'min is above max' });
}
