import { emittedGroups } from '../../src/spec/emitted-groups';
import { ResourceRequirements } from '../../src/spec/kubernetes-types';
import { WorkerGroupSpec } from '../../src/spec/ray-cluster-types';

function group(resources: ResourceRequirements, fields: Partial<WorkerGroupSpec> = {}): WorkerGroupSpec {
  return { groupName: 'cpu', template: { spec: { containers: [{ name: 'ray-worker', image: 'ray', resources }] } }, ...fields };
}

test.each([
  [group({ limits: { 'cpu': '4', 'memory': '8Gi', 'nvidia.com/gpu': '1' } }), { cpus: 4, memoryBytes: 8 * 1024 ** 3, gpus: 1 }],
  [group({ limits: { cpu: '1500m' } }), { cpus: 2, memoryBytes: 0, gpus: 0 }],
  [group({ requests: { cpu: '3', memory: '1Gi' } }), { cpus: 3, memoryBytes: 1024 ** 3 }],
  [group({ limits: { cpu: '4' } }, { rayStartParams: { 'num-cpus': '2', 'num-gpus': '1' } }), { cpus: 2, gpus: 1 }],
  [group({ limits: { cpu: '4' } }, { resources: { CPU: '1' } }), { cpus: 1 }],
  [group({ limits: { cpu: 'lots' } }), { cpus: 0 }],
])('%j: a worker has what the autoscaler takes it for', (spec, size) => {
  expect(emittedGroups({ workerGroupSpecs: [spec] })).toEqual([expect.objectContaining(size)]);
});

test('what a group leaves out has the defaults of the API', () => {
  expect(emittedGroups({ workerGroupSpecs: [group({})] })).toEqual([
    { name: 'cpu', cpus: 0, memoryBytes: 0, gpus: 0, minReplicas: 0, maxReplicas: 2147483647, idleTimeoutSeconds: 60, labels: {} },
  ]);
});
