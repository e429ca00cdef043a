import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { environment, manifests, newChart } from './synthesized';
import { KubeRayFeature, KubeRayVersion, Rules } from '../../src';

const CRON_JOBS = KubeRayVersion.V1_7.withFeatures(KubeRayFeature.CRON_JOB);
const CONTAINERS = [{ name: 'ray', image: 'ray:1', resources: { limits: { cpu: '4', memory: '8Gi' } } }];
const GROUP = { groupName: 'cpu', minReplicas: 0, maxReplicas: 1, template: { spec: { containers: CONTAINERS } } };
const CLUSTER = { rayVersion: '2.54.0', authOptions: { mode: 'token' }, headGroupSpec: { template: { spec: { containers: CONTAINERS } } }, workerGroupSpecs: [GROUP] };
const JOB = { entrypoint: 'python a.py', rayClusterSpec: CLUSTER, shutdownAfterJobFinishes: true, activeDeadlineSeconds: 3600 };

const GOOD: Record<string, object> = {
  RayCluster: CLUSTER,
  RayJob: JOB,
  RayService: { rayClusterConfig: CLUSTER },
  RayCronJob: { schedule: '@daily', jobTemplate: JOB },
};

function object(kind: string, spec: object, annotations?: Record<string, string>, chart = newChart()): ApiObject {
  return new ApiObject(chart, 'raw', { apiVersion: 'ray.io/v1', kind, metadata: { name: 'raw', annotations }, spec });
}

function checked(raw: ApiObject, kuberay = CRON_JOBS): () => unknown {
  const chart = Chart.of(raw);
  Rules.checkRayObjects(chart, kuberay);
  return () => manifests(chart);
}

test.each(Object.entries(GOOD))('a %s that is right passes', (kind, spec) => {
  const raw = object(kind, spec);
  expect(checked(raw)).not.toThrow();
  expect(Rules.advice(Chart.of(raw))).toEqual([]);
});

test.each([
  ['RayCluster', { ...CLUSTER, rayVersion: '2' }, 'rayVersion: got "2"', 'RAY-V1'],
  ['RayCluster', { rayVersion: '2.54.0' }, 'headGroupSpec.template.spec.containers: got []', 'RAY-P1'],
  ['RayCluster', { ...CLUSTER, workerGroupSpecs: [{ groupName: 'cpu', maxReplicas: 1 }] }, 'workerGroupSpecs[cpu].template.spec.containers: got []', 'RAY-P1'],
  ['RayJob', { ...JOB, shutdownAfterJobFinishes: false }, 'shutdownAfterJobFinishes: got false', 'JOB-J5b'],
  ['RayJob', { ...JOB, rayClusterSpec: { ...CLUSTER, rayVersion: '2' } }, 'rayClusterSpec.rayVersion: got "2"', 'RAY-V1'],
  ['RayService', { rayClusterConfig: { ...CLUSTER, rayVersion: '2' } }, 'rayClusterConfig.rayVersion: got "2"', 'RAY-V1'],
  ['RayService', { ...GOOD.RayService, upgradeStrategy: { type: 'Rolling' } }, 'upgradeStrategy.type: got "Rolling"', 'SVC-03'],
  ['RayCronJob', { schedule: 'daily', jobTemplate: JOB }, 'schedule: got "daily"', 'CRON-01'],
  ['RayCronJob', { schedule: '@daily', jobTemplate: { ...JOB, submissionMode: 'Foo' } }, 'jobTemplate.submissionMode: got "Foo"', 'JOB-J16'],
  ['RayCronJob', { schedule: '@daily', jobTemplate: { ...JOB, rayClusterSpec: { ...CLUSTER, rayVersion: '2' } } }, 'jobTemplate.rayClusterSpec.rayVersion: got "2"', 'RAY-V1'],
])('a %s that is wrong stops synth, with one error at its place', (kind, spec, place, id) => {
  const found = errors(checked(object(kind, spec)));
  expect(found).toEqual([expect.stringContaining(`[test] test/raw: ${place}`)]);
  expect(found[0]).toContain(`[${id}, docs/rules.md#`);
});

test.each(['RayCluster', 'RayJob', 'RayService'])('the annotations of a %s hold for its cluster', (kind) => {
  const spec = JSON.parse(JSON.stringify(GOOD[kind]).replace('"rayVersion"', '"gcsFaultToleranceOptions":{"redisAddress":"redis:6379"},"rayVersion"'));
  expect(errors(checked(object(kind, spec, { 'ray.io/ft-enabled': 'true' })))).toEqual([expect.stringMatching(/metadata\.annotations\[ray\.io\/ft-enabled\].*RAY-G1/s)]);
});

test('a patch counts', () => {
  const raw = object('RayCluster', CLUSTER);
  raw.addJsonPatch(JsonPatch.remove('/spec/headGroupSpec/template'));
  expect(checked(raw)).toThrow(/RAY-P1/);
});

test('the target counts', () => {
  expect(checked(object('RayCronJob', GOOD.RayCronJob), KubeRayVersion.V1_7)).toThrow(/feature gate RayCronJob is off.*VER-09/s);
  expect(checked(object('RayCronJob', GOOD.RayCronJob), KubeRayVersion.V1_5)).toThrow(/KubeRay 1\.5 does not know it, 1\.6 does.*VER-08/s);
});

test('a job that selects a cluster has none to check', () => {
  expect(checked(object('RayJob', { entrypoint: 'a', clusterSelector: { 'ray.io/cluster': 'b' }, activeDeadlineSeconds: 60 }))).not.toThrow();
});

test('nothing is checked unasked, nor twice what our constructs made, nor what is not KubeRay\'s', () => {
  const chart = newChart();
  environment({ headCpu: 1 }, chart); // one advice: a small head
  new ApiObject(chart, 'other', { apiVersion: 'example.com/v1', kind: 'RayCluster', spec: {} });
  object('RayCluster', {}, undefined, chart).addJsonPatch(JsonPatch.replace('/kind', 'RayThing'));
  Rules.checkRayObjects(chart);
  expect(Rules.advice(chart)).toHaveLength(1);
  expect(() => manifests(Chart.of(object('RayCluster', {})))).not.toThrow();
});

/** What synth refuses, one text for each error. */
function errors(synth: () => unknown): string[] {
  try {
    synth();
  } catch (error) {
    return (error as Error).message.split(/\n(?= {2}\[)/).slice(1).map((text) => text.trim());
  }
  return [];
}
