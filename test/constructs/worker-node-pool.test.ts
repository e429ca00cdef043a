import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import { environment, IMAGE, Manifest, manifests, newChart, only } from './synthesized';
import { CapacityType, ComputeEnvironment, HeadNodePool, Rules, WorkerGroupOptions, WorkerNodePool } from '../../src';
import { StrictCrd } from '../crds/strict-crd';

const GPU_GROUP = { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8 };

function withGroup(options: Partial<WorkerGroupOptions>): Manifest[] {
  const env = new ComputeEnvironment(newChart(), 'features', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes() });
  env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, ...options });
  return manifests(env);
}

function group(objects: Manifest[]): any {
  return only(objects, 'RayCluster').spec.workerGroupSpecs[0].template.spec;
}

test('nodes for workers may be spot, are labelled and tainted alike, and outlast the idle timeout', () => {
  const objects = withGroup({ pool: WorkerNodePool.karpenter(), idleTimeout: Duration.minutes(2) });
  const pool = only(objects, 'NodePool');
  expect(StrictCrd.NODE_POOL.problems(pool)).toEqual([]);
  expect(pool.metadata.name).toBe('features-workers-cpu');
  const { template, disruption, limits } = pool.spec;
  expect(template.metadata.labels).toEqual({ 'geneva.lancedb.com/ray-worker-cpu': 'true' });
  expect(template.spec.taints).toEqual([{ key: 'geneva.lancedb.com/ray-worker-cpu', value: 'true', effect: 'NoSchedule' }]);
  expect(template.spec.requirements[0]).toEqual({ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] });
  expect(disruption).toEqual({ consolidationPolicy: 'WhenEmpty', consolidateAfter: '180s' });
  expect(limits).toEqual({ cpu: '80' });
  expect(group(objects)).toMatchObject({
    nodeSelector: template.metadata.labels,
    tolerations: [{ key: 'geneva.lancedb.com/ray-worker-cpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
  });
});

test('nodes with GPUs bear the taint that the device plugin tolerates, and are limited by their GPUs', () => {
  const objects = withGroup({ ...GPU_GROUP, pool: WorkerNodePool.karpenter() });
  const { template, limits } = only(objects, 'NodePool').spec;
  expect(template.metadata.labels).toEqual({ 'geneva.lancedb.com/ray-worker-gpu': 'true' });
  expect(template.spec.taints).toEqual([{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]);
  expect(limits).toEqual({ 'nvidia.com/gpu': '8' });
  expect(group(objects)).toMatchObject({ nodeSelector: template.metadata.labels, tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] });
});

test('a pool serves groups of both kinds, by a NodePool each, and counts all of its groups', () => {
  const pool = WorkerNodePool.karpenter();
  const env = environment();
  env.addWorkerGroup('small', { cpu: 2, memory: Size.gibibytes(4), maxReplicas: 5, pool });
  env.addWorkerGroup('gpu', { ...GPU_GROUP, pool });
  env.addWorkerGroup('large', { cpu: 16, memory: Size.gibibytes(64), maxReplicas: 2, pool });
  const objects = manifests(env);
  expect(only(objects, 'NodePool', 'features-workers-cpu').spec.limits).toEqual({ cpu: '84' });
  expect(only(objects, 'NodePool', 'features-workers-gpu').spec.limits).toEqual({ 'nvidia.com/gpu': '8' });
});

test('what is set is what is emitted', () => {
  const pool = WorkerNodePool.karpenter({
    capacityTypes: [CapacityType.ON_DEMAND], instanceFamilies: ['m7i'], instanceCpus: [8, 16], architecture: 'arm64', cpuLimit: 64, keepEmpty: Duration.minutes(10), labelValue: 'team-a',
  });
  const objects = withGroup({ pool });
  const { template, disruption, limits } = only(objects, 'NodePool', 'features-workers-cpu-team-a').spec;
  expect(Object.fromEntries(template.spec.requirements.map(({ key, values }: { key: string; values: string[] }) => [key, values]))).toEqual({
    'karpenter.sh/capacity-type': ['on-demand'],
    'kubernetes.io/arch': ['arm64'],
    'kubernetes.io/os': ['linux'],
    'karpenter.k8s.aws/instance-family': ['m7i'],
    'karpenter.k8s.aws/instance-cpu': ['8', '16'],
  });
  expect(disruption.consolidateAfter).toBe('600s');
  expect(limits).toEqual({ cpu: '64' });
  expect(group(objects).nodeSelector).toEqual({ 'geneva.lancedb.com/ray-worker-cpu': 'team-a' });
});

test('nodes that exist already need no objects', () => {
  const objects = withGroup({ pool: WorkerNodePool.fromLabelledNodes({ labelValue: '' }) });
  expect(objects.map(({ kind }) => kind)).not.toContain('NodePool');
  expect(group(objects).nodeSelector).toEqual({ 'geneva.lancedb.com/ray-worker-cpu': '' });
});

test.each([
  [{ pool: WorkerNodePool.fromLabelledNodes({ nodeCpu: 4 }) }, /worker group "cpu" pool: got "4 CPUs", expected at most 3\.92, .*POOL-04/s],
  [{ pool: WorkerNodePool.fromLabelledNodes({ nodeMemory: Size.gibibytes(8) }) }, /got "8 GiB of memory", .*POOL-04/s],
  [{ ...GPU_GROUP, gpus: 2, pool: WorkerNodePool.fromLabelledNodes({ nodeGpus: 1 }) }, /got "2 GPUs", expected at most 1, .*POOL-04/s],
  [{ pool: WorkerNodePool.karpenter({ instanceCpus: [2, 4] }) }, /WorkerNodePool-cpu\] worker group "cpu": got "4 CPUs", .*POOL-04/s],
  [{ pool: WorkerNodePool.karpenter({ cpuLimit: 3 }) }, /got "4 CPUs", expected at most 3, what all nodes of the pool can give .*POOL-04/s],
])('a worker group that no pool can host is refused', (options, message) => {
  expect(() => withGroup(options)).toThrow(message);
});

test.each([
  [WorkerNodePool.karpenter({ instanceCpus: [8] }), /WorkerNodePool-other\] worker group "other": got "64 CPUs", expected at most 7\.91, .*POOL-04/s],
  [WorkerNodePool.fromLabelledNodes({ nodeCpu: 8 }), /worker group "other" pool: got "64 CPUs", expected at most 7\.91, .*POOL-04/s],
])('a patch that makes workers larger than their nodes is found', (pool, message) => {
  const env = environment();
  env.addWorkerGroup('other', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool });
  const amounts = { cpu: '64', memory: '8Gi' };
  expect(() => manifests(env)).not.toThrow();
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.replace('/spec/workerGroupSpecs/1/template/spec/containers/0/resources', { requests: amounts, limits: amounts }));
  expect(() => manifests(env)).toThrow(message);
});

test('a group that a patch took away needs no node', () => {
  const env = environment();
  env.addWorkerGroup('other', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool: WorkerNodePool.karpenter({ instanceCpus: [4] }) });
  expect(() => manifests(env)).toThrow(/POOL-04/);
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.remove('/spec/workerGroupSpecs/1'));
  expect(() => manifests(env)).not.toThrow();
});

test.each([
  [{ cpuLimit: 0 }, /cpuLimit: got 0/],
  [{ gpuLimit: 1.5 }, /gpuLimit: got 1\.5/],
  [{ instanceCpus: [0] }, /instanceCpus: got 0/],
  [{ instanceCpus: [8], nodeClass: { group: 'karpenter.azure.com', name: 'a' } }, /instanceCpus: got \[8\], expected nothing with a node class of karpenter\.azure\.com/],
])('%j is refused', (options, message) => {
  expect(() => withGroup({ pool: WorkerNodePool.karpenter(options) })).toThrow(message);
});

test('a limit that a group reaches before its maximum is advice', () => {
  const env = environment();
  env.addWorkerGroup('other', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool: WorkerNodePool.karpenter({ cpuLimit: 20 }) });
  expect(Rules.advice(env)).toEqual([expect.stringMatching(/worker group "other": got "40 CPUs", expected at most 20, .*POOL-05/s)]);
});

test('a range that is upside down is still found by its own rule', () => {
  expect(() => withGroup({ minReplicas: 2, maxReplicas: 1.5, pool: WorkerNodePool.karpenter() })).toThrow(/RAY-P4/);
});

test('a patch that evicts workers to pack them tighter is advice', () => {
  const env = environment();
  env.addWorkerGroup('other', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool: WorkerNodePool.karpenter() });
  ApiObject.of(env.cluster.node.findChild('WorkerNodePool-other')).addJsonPatch(JsonPatch.replace('/spec/disruption/consolidationPolicy', 'WhenEmptyOrUnderutilized'));
  expect(Rules.advice(env)).toEqual([expect.stringContaining('POOL-06')]);
});

describe('pools and environments', () => {
  function pair(headPools: [HeadNodePool, HeadNodePool]): Manifest[] {
    const chart = newChart();
    environment({ headPool: headPools[0] }, chart);
    new ComputeEnvironment(chart, 'search', { image: IMAGE, headPool: headPools[1], headCpu: 8 });
    return manifests(chart);
  }

  test('two environments share one pool for heads, which keeps a node for the larger warm', () => {
    const headPool = HeadNodePool.karpenter();
    const objects = pair([headPool, headPool]);
    expect(only(objects, 'NodePool').metadata.name).toBe('features-head');
    expect(only(objects, 'Deployment').spec.template.spec.containers[0].resources.requests.cpu).toBe('8500m');
  });

  test('a shared pool must have room for all of its heads', () => {
    const headPool = HeadNodePool.karpenter({ cpuLimit: 21 });
    expect(() => pair([headPool, headPool])).toThrow(/cpuLimit: got 21, expected at least 21\.5, for 2 heads and 1 warm node\..*HEAD-05/s);
  });

  test('two pools with the same label are refused', () => {
    expect(() => pair([HeadNodePool.karpenter(), HeadNodePool.karpenter()])).toThrow(
      /\[test\] pool test\/search\/RayCluster\/HeadNodePool: got "geneva\.lancedb\.com\/ray-head=true", expected a label that no other pool has; test\/features\/RayCluster\/HeadNodePool has it\..*POOL-03/s,
    );
    expect(() => pair([HeadNodePool.karpenter(), HeadNodePool.karpenter({ labelValue: 'search' })])).not.toThrow();
  });
});

test('a static pool for heads keeps its nodes up and needs no pause pods', () => {
  const objects = manifests(environment({ headPool: HeadNodePool.karpenterStatic({ nodes: 2 }) }));
  const pool = only(objects, 'NodePool');
  expect(StrictCrd.NODE_POOL.problems(pool)).toEqual([]);
  expect(pool.spec).toMatchObject({ replicas: 2, limits: { nodes: '3' } });
  expect(objects.map(({ kind }) => kind)).not.toContain('Deployment');
});

test.each([
  [HeadNodePool.fromLabelledNodes({ nodeCpu: 4 }), /headPool: got "4.5 CPUs", expected at most 3\.92, .*POOL-04/s],
  [HeadNodePool.karpenterStatic({ instanceCpus: [4] }), /head of "features": got "4.5 CPUs", expected at most 3\.92, .*POOL-04/s],
  [HeadNodePool.karpenterStatic({ nodes: 0 }), /nodes: got 0/],
])('a head that does not fit beside the system is refused', (headPool, message) => {
  expect(() => manifests(environment({ headPool }))).toThrow(message);
});
