import * as fc from 'fast-check';
import { clusterName } from '../../src/spec/cluster-name';
import { labelledNodes } from '../../src/spec/placement';
import { ClusterSpec, rayClusterSpec, WorkerSpec } from '../../src/spec/ray-cluster';
import { checkRayClusterObject } from '../../src/spec/rules/check';
import { StrictCrd } from '../crds/strict-crd';

const WHOLE = fc.integer({ min: 1, max: 96 });
const NAME = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/).filter((name) => !['headgroup', 'head', 'submitter'].includes(name));

const WORKER: fc.Arbitrary<WorkerSpec> = fc.record({
  name: NAME,
  cpus: WHOLE,
  memoryBytes: fc.integer({ min: 1, max: 2 ** 42 }),
  gpus: fc.integer({ min: 0, max: 8 }),
  bounds: fc.tuple(fc.nat(100), fc.nat(100)),
  idleTimeoutSeconds: fc.integer({ min: 1, max: 86400 }),
}).map(({ bounds: [min, more], ...worker }) => ({ ...worker, minReplicas: min, maxReplicas: min + more }));

const CLUSTER: fc.Arbitrary<ClusterSpec> = fc.record({
  label: NAME,
  target: fc.constantFrom('1.5', '1.6', '1.7').map((kuberay) => ({ kuberay })),
  rayVersion: fc.constantFrom('2.52.0', '2.54.1', '3.0.0'),
  image: fc.constant('ray'),
  tokenAuth: fc.boolean(),
  head: fc.record({ cpus: WHOLE, memoryBytes: fc.integer({ min: 1, max: 2 ** 42 }), placement: fc.constant(labelledNodes('key', 'true')) }),
  workers: fc.uniqueArray(WORKER, { maxLength: 4, selector: ({ name }) => name }),
});

/** As it stands in the manifest: without the fields that are undefined. */
function written<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

test('whatever is asked for within its bounds is a cluster that the CRD knows and no rule refuses', () => {
  fc.assert(fc.property(CLUSTER, (cluster) => {
    const spec = rayClusterSpec(cluster);
    const name = clusterName(cluster.label, spec);
    expect(checkRayClusterObject({ metadata: { name }, spec }, cluster.target).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(StrictCrd.RAY_CLUSTER.problems(written({ apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name }, spec }))).toEqual([]);
  }));
});

test('requests and limits of every Ray container are equal', () => {
  fc.assert(fc.property(CLUSTER, (cluster) => {
    const { headGroupSpec, workerGroupSpecs } = rayClusterSpec(cluster);
    for (const group of [headGroupSpec!, ...workerGroupSpecs!]) {
      const { requests, limits } = group.template.spec.containers[0].resources!;
      expect(requests).toEqual(limits);
    }
  }));
});

describe('the name of a cluster', () => {
  test('does not hang on the order in which a spec was written down', () => {
    expect(clusterName('a', { x: 1, y: { b: [1, 2], c: 3 } })).toBe(clusterName('a', { y: { c: 3, b: [1, 2] }, x: 1 }));
  });

  test('hangs on the order of lists', () => {
    expect(clusterName('a', { x: [1, 2] })).not.toBe(clusterName('a', { x: [2, 1] }));
  });

  test('leaves out fields that are undefined, as the manifest does', () => {
    expect(clusterName('a', { x: 1, y: undefined })).toBe(clusterName('a', { x: 1 }));
  });
});
