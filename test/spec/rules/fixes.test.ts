import { RayClusterV1Spec } from '../../../src/spec/ray-cluster-types';
import { replicasAreARange } from '../../../src/spec/rules/groups';
import { jobHasOneCluster } from '../../../src/spec/rules/ray-job';

const TARGET = { kuberay: '1.7' };

function range(minReplicas: unknown, maxReplicas: unknown): RayClusterV1Spec {
  return { workerGroupSpecs: [{ groupName: 'cpu', minReplicas, maxReplicas, template: { spec: { containers: [] } } }] } as object as RayClusterV1Spec;
}

test.each([
  [-1, 10, 'minReplicas: 0'],
  ['4', 10, 'minReplicas: 4'],
  [1.5, 10, 'minReplicas: 2'],
  [NaN, 10, 'minReplicas: 0'],
  [Infinity, 10, 'minReplicas: 0'],
  ['11', 10, 'minReplicas: 11, maxReplicas: 11'],
  [11, 10, 'maxReplicas: 11'],
  [0, Infinity, 'maxReplicas: 1'],
  [2, NaN, 'maxReplicas: 2'],
  [0, '20', 'maxReplicas: 20'],
  [0, 3e9, 'maxReplicas: 2147483647'],
  [3e9, 3e9, 'minReplicas: 2147483647, maxReplicas: 2147483647'],
  [undefined, -1, 'maxReplicas: 1'],
])('bounds of %p and %p are mended by %s, which is then a range', (minReplicas, maxReplicas, fix) => {
  expect(replicasAreARange.check(range(minReplicas, maxReplicas), TARGET).map((found) => found.fix)).toEqual([fix]);
  const mended = Object.fromEntries(fix.split(', ').map((bound) => bound.split(': ')).map(([name, value]) => [name, Number(value)]));
  expect(replicasAreARange.check(range(mended.minReplicas ?? minReplicas, mended.maxReplicas ?? maxReplicas), TARGET)).toEqual([]);
});

test('a job without a cluster is told to have one, and one with two to drop one', () => {
  expect(jobHasOneCluster.check({}, TARGET)).toMatchObject([{ got: 'neither', fix: expect.stringMatching(/^add a rayClusterSpec/) }]);
  expect(jobHasOneCluster.check({ rayClusterSpec: {}, clusterSelector: {} }, TARGET)).toMatchObject([{ got: 'both', fix: 'drop clusterSelector' }]);
});
