import { ApiObject, JsonPatch } from 'cdk8s';
import { environment, manifests, only } from './synthesized';
import { CapacityType, HeadNodePool } from '../../src';

function objects(headPool: HeadNodePool) {
  return manifests(environment({ headPool }));
}

test('nodes for heads are labelled and tainted alike, never expire and are never moved', () => {
  const { template, disruption, limits } = only(objects(HeadNodePool.karpenter()), 'NodePool').spec;
  expect(template.metadata.labels).toEqual({ 'geneva.lancedb.com/ray-head': 'true' });
  expect(template.spec.taints).toEqual([{ key: 'geneva.lancedb.com/ray-head', value: 'true', effect: 'NoSchedule' }]);
  expect(template.spec.expireAfter).toBe('Never');
  expect(template.spec).not.toHaveProperty('terminationGracePeriod');
  expect(disruption.budgets[0]).toEqual({ nodes: '0', reasons: ['Drifted', 'Underutilized'] });
  expect(limits).toEqual({ cpu: '32' });
});

test('spot is refused with the way out', () => {
  const headPool = HeadNodePool.karpenter({ capacityTypes: [CapacityType.ON_DEMAND, CapacityType.SPOT] });
  expect(() => objects(headPool)).toThrow(/got \["on-demand","spot"\].*Fix: capacityTypes: \[CapacityType\.ON_DEMAND\].*\[HEAD-01/s);
});

test('a warm node has room for a head and the autoscaler beside it', () => {
  const { replicas, template } = only(objects(HeadNodePool.karpenter()), 'Deployment').spec;
  expect(replicas).toBe(1);
  expect(template.spec.containers[0].resources.requests).toEqual({ cpu: '4500m', memory: '8704Mi' });
});

test('pause pods make way for everything', () => {
  const emitted = objects(HeadNodePool.karpenter());
  const { priorityClassName } = only(emitted, 'Deployment').spec.template.spec;
  const priority = only(emitted, 'PriorityClass', priorityClassName);
  expect(priority.value).toBeLessThan(0);
  expect(priority.preemptionPolicy).toBe('Never');
});

test('no warm node, no Deployment', () => {
  const kinds = objects(HeadNodePool.karpenter({ warmNodes: 0 })).map(({ kind }) => kind);
  expect(kinds).toContain('NodePool');
  expect(kinds).not.toContain('Deployment');
  expect(() => objects(HeadNodePool.karpenter({ warmNodes: -1 }))).toThrow(/warmNodes: got -1/);
});

test('a limit under which no head would start is refused', () => {
  expect(() => objects(HeadNodePool.karpenter({ cpuLimit: 8 }))).toThrow(/cpuLimit: got 8, expected at least 9, for 1 head and 1 warm node\..*HEAD-05/s);
  expect(() => objects(HeadNodePool.karpenter({ cpuLimit: 8, warmNodes: 0 }))).not.toThrow();
});

test.each([
  ['4', /cpuLimit: got 4, expected at least 9, for 1 head and 1 warm node\..*HEAD-05/s],
  ['lots', /limits\.cpu: got "lots", expected a quantity .*POOL-08/s],
])('a patch of the limit to %j is found', (limit, message) => {
  const env = environment({ headPool: HeadNodePool.karpenter() });
  ApiObject.of(env.cluster.node.findChild('HeadNodePool')).addJsonPatch(JsonPatch.replace('/spec/limits/cpu', limit));
  expect(() => manifests(env)).toThrow(message);
});

test.each([
  [HeadNodePool.karpenter({ instanceCpus: [8] }), /HeadNodePool\] head of "features": got "64\.5 CPUs", expected at most 7\.91, .*POOL-04/s],
  [HeadNodePool.karpenter(), /cpuLimit: got 32, expected at least 129, for 1 head and 1 warm node\..*HEAD-05/s],
  [HeadNodePool.fromLabelledNodes({ nodeCpu: 8 }), /headPool: got "64\.5 CPUs", expected at most 7\.91, .*POOL-04/s],
])('a patch that makes the head larger than its nodes is found', (headPool, message) => {
  const env = environment({ headPool });
  const amounts = { cpu: '64', memory: '8Gi' };
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.replace('/spec/headGroupSpec/template/spec/containers/0/resources', { requests: amounts, limits: amounts }));
  expect(() => manifests(env)).toThrow(message);
});

test('instance families are refused where nobody knows them', () => {
  const nodeClass = { group: 'karpenter.azure.com', kind: 'AKSNodeClass', name: 'default' };
  expect(() => objects(HeadNodePool.karpenter({ nodeClass, instanceFamilies: ['m7i'] }))).toThrow(/instanceFamilies: got \["m7i"\]/);
  expect(only(objects(HeadNodePool.karpenter({ nodeClass })), 'NodePool').spec.template.spec.nodeClassRef).toEqual(nodeClass);
});

test('the value of the label is the same on nodes, pods and pause pods', () => {
  const emitted = objects(HeadNodePool.karpenter({ labelValue: 'team-a' }));
  const selector = { 'geneva.lancedb.com/ray-head': 'team-a' };
  expect(only(emitted, 'NodePool').spec.template.metadata.labels).toEqual(selector);
  expect(only(emitted, 'RayCluster').spec.headGroupSpec.template.spec.nodeSelector).toEqual(selector);
  expect(only(emitted, 'Deployment').spec.template.spec.nodeSelector).toEqual(selector);
});

test('nodes that exist already need no objects', () => {
  const emitted = objects(HeadNodePool.fromLabelledNodes({ labelValue: '' }));
  expect(emitted.map(({ kind }) => kind)).not.toContain('NodePool');
  expect(only(emitted, 'RayCluster').spec.headGroupSpec.template.spec.nodeSelector).toEqual({ 'geneva.lancedb.com/ray-head': '' });
});

test('what is set is what is emitted', () => {
  const { requirements, nodeClassRef } = only(objects(HeadNodePool.karpenter({
    architecture: 'arm64', instanceFamilies: ['m7g'], capacityTypes: [CapacityType.RESERVED, CapacityType.ON_DEMAND], nodeClass: { name: 'ray' }, cpuLimit: 64,
  })), 'NodePool').spec.template.spec;
  expect(Object.fromEntries(requirements.map(({ key, values }: { key: string; values: string[] }) => [key, values]))).toEqual({
    'karpenter.sh/capacity-type': ['reserved', 'on-demand'],
    'kubernetes.io/arch': ['arm64'],
    'kubernetes.io/os': ['linux'],
    'karpenter.k8s.aws/instance-family': ['m7g'],
  });
  expect(nodeClassRef).toEqual({ group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'ray' });
});
