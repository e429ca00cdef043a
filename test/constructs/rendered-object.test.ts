import { ApiObject, App, Chart, JsonPatch, Lazy, Size } from 'cdk8s';
import { environment, manifests, newChart, only } from './synthesized';
import { HeadNodePool, WorkerNodePool } from '../../src';
import { RenderedObject } from '../../src/constructs/rendered-object';

const GROUP = { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 };

test.each<[string, (object: ApiObject) => void, object]>([
  ['a patch', (object) => object.addJsonPatch(JsonPatch.add('/spec/managedBy', 'ray.io/kuberay-operator')), { spec: { managedBy: 'ray.io/kuberay-operator' } }],
  ['a label', (object) => object.metadata.addLabel('team', 'a'), { metadata: { labels: { team: 'a' } } }],
  ['an annotation', (object) => object.metadata.addAnnotation('a', 'b'), { metadata: { annotations: { a: 'b' } } }],
])('%s that comes after a first synth counts in the next', (_what, change, expected) => {
  const env = environment();
  manifests(env);
  change(ApiObject.of(env));
  expect(only(manifests(env), 'RayCluster')).toMatchObject(expected);
});

test('metadata that somebody holds since before a first synth counts in the next', () => {
  const env = environment();
  const { metadata } = ApiObject.of(env);
  manifests(env);
  metadata.addLabel('team', 'a');
  expect(only(manifests(env), 'RayCluster')).toMatchObject({ metadata: { labels: { team: 'a' } } });
});

test('a worker group that comes after a first synth counts, in the cluster and in the limit of its pool', () => {
  const pool = WorkerNodePool.karpenter();
  const env = environment();
  env.addWorkerGroup('a', { ...GROUP, pool });
  const limit = () => only(manifests(env), 'NodePool', 'features-workers-cpu').spec.limits.cpu;
  expect(limit()).toBe('80');
  env.addWorkerGroup('b', { ...GROUP, pool });
  expect(limit()).toBe('160');
  expect(only(manifests(env), 'RayCluster').spec.workerGroupSpecs).toHaveLength(3);
});

test('a head that comes after a first synth is checked against its pool', () => {
  const chart = newChart();
  const headPool = HeadNodePool.karpenter({ cpuLimit: 10 });
  environment({ headPool }, chart);
  manifests(chart);
  environment({ headPool, environmentName: 'more' }, new Chart(App.of(chart), 'more'));
  expect(() => manifests(chart)).toThrow(/HEAD-05/);
});

test('what was synthesized may be changed by who has it', () => {
  const env = environment();
  const cluster = only(manifests(env), 'RayCluster');
  cluster.spec.workerGroupSpecs.pop();
  expect(only(manifests(env), 'RayCluster').spec.workerGroupSpecs).toHaveLength(1);
});

test('an object is rendered once for each state, however often it is asked for', () => {
  let renders = 0;
  let revision = 0;
  const chart = newChart();
  const spec = Lazy.any({ produce: () => ({ renders: ++renders }) });
  const object = new RenderedObject(chart, 'a', { apiVersion: 'v1', kind: 'A', spec }, () => revision);
  object.toJson();
  object.content();
  expect(renders).toBe(1);
  revision += 1;
  object.toJson();
  expect(renders).toBe(2);
});
