import * as fc from 'fast-check';
import { checkGroupOnPool, checkWorkerNodePool } from '../../src/spec/rules/check';
import { capacityOf } from '../../src/spec/rules/pools';
import { kindOf, sufficientKeepEmptySeconds, sufficientLimits, workerNodePoolSpec } from '../../src/spec/worker-node-pool';
import { StrictCrd } from '../crds/strict-crd';

const GROUP = fc.record({
  cpus: fc.integer({ min: 1, max: 192 }),
  memoryBytes: fc.integer({ min: 1, max: 2 ** 42 }),
  gpus: fc.integer({ min: 0, max: 8 }),
  maxReplicas: fc.nat(1000),
  idleTimeoutSeconds: fc.integer({ min: 1, max: 86400 }),
});

test('a pool of the default limits holds every group that it is for, and has only fields that Karpenter knows', () => {
  fc.assert(fc.property(fc.array(GROUP, { minLength: 1, maxLength: 4 }), fc.subarray(['spot', 'on-demand', 'reserved'] as const, { minLength: 1 }), (groups, capacityTypes) => {
    const kind = kindOf(groups[0]);
    const tenants = groups.filter((group) => kindOf(group) === kind);
    const spec = workerNodePoolSpec({
      kind,
      labelValue: 'true',
      capacityTypes,
      instanceFamilies: ['m7i'],
      instanceCpus: [],
      architecture: 'arm64',
      nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
      limits: sufficientLimits(kind, tenants),
      keepEmptySeconds: sufficientKeepEmptySeconds(tenants),
    });
    expect(StrictCrd.NODE_POOL.problems({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'a' }, spec })).toEqual([]);
    expect(checkWorkerNodePool(spec, { kuberay: '1.7' })).toEqual([]);
    expect(tenants.flatMap((pod) => checkGroupOnPool({ at: 'a', pod, maxReplicas: pod.maxReplicas, ...capacityOf(spec) }, { kuberay: '1.7' }))).toEqual([]);
  }));
});
