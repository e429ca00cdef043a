import { emittedHead, emittedWorkers } from '../../src/spec/emitted-pods';
import { ResourceRequirements } from '../../src/spec/kubernetes-types';
import { GroupSpec } from '../../src/spec/ray-cluster-types';

const GIB = 1024 ** 3;

function group(...asking: ResourceRequirements[]): GroupSpec {
  return { template: { spec: { containers: asking.map((resources, i) => ({ name: `c${i}`, image: 'ray', resources })) } } };
}

const AMOUNTS = { cpu: '4', memory: '8Gi' };

test('a pod asks for the sum of its containers; what has limits alone asks for all of them', () => {
  const spec = group({ requests: AMOUNTS, limits: { cpu: '8' } }, { limits: { 'cpu': '500m', 'nvidia.com/gpu': '1' } });
  expect(emittedHead({ headGroupSpec: spec })).toEqual({ cpus: 4.5, memoryBytes: 8 * GIB, gpus: 1 });
});

test.each([
  [{}, { cpus: 4, memoryBytes: 8 * GIB }],
  [{ enableInTreeAutoscaling: true }, { cpus: 4.5, memoryBytes: 8.5 * GIB }],
  [{ enableInTreeAutoscaling: true, autoscalerOptions: { resources: { limits: { cpu: '1' } } } }, { cpus: 5, memoryBytes: 8 * GIB }],
])('%j: the autoscaler counts where there is one', (spec, size) => {
  expect(emittedHead({ headGroupSpec: group({ requests: AMOUNTS }), ...spec })).toMatchObject(size);
});

test('a group that is not emitted has no workers', () => {
  const spec = { workerGroupSpecs: [{ groupName: 'cpu', maxReplicas: 3, ...group({ requests: AMOUNTS }) }] };
  expect(emittedWorkers(spec, 'cpu')).toEqual({ pod: { cpus: 4, memoryBytes: 8 * GIB, gpus: 0 }, maxReplicas: 3 });
  expect(emittedWorkers(spec, 'gpu')).toBeUndefined();
  expect(emittedWorkers({}, 'cpu')).toBeUndefined();
});
