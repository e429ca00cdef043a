import { describeRules } from './describe-rule';
import { NodePoolV1Spec } from '../../../src/spec/node-pool-types';
import * as catalogue from '../../../src/spec/rules/catalogue';
import * as headPool from '../../../src/spec/rules/head-pool';
import * as rules from '../../../src/spec/rules/pools';
import { workerNodePoolSpec } from '../../../src/spec/worker-node-pool';

const POOL = workerNodePoolSpec({
  kind: 'cpu',
  labelValue: 'true',
  capacityTypes: ['spot'],
  instanceFamilies: [],
  instanceCpus: [],
  architecture: 'amd64',
  nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
  limits: { cpus: 8 },
  keepEmptySeconds: 120,
});
const GIB = 1024 ** 3;
const POD = { at: 'worker group "a"', pod: { cpus: 4, memoryBytes: 8 * GIB, gpus: 1 }, node: {}, total: {} };

function policy(consolidationPolicy: string): NodePoolV1Spec {
  return { ...POOL, disruption: { consolidateAfter: '1m', consolidationPolicy } };
}

describeRules(catalogue.WORKER_NODE_POOL_RULES, [
  { rule: headPool.poolHasALimit, passes: { ...POOL, limits: { 'nvidia.com/gpu': '1' } }, fails: { ...POOL, limits: {} }, at: 'limits.cpu' },
  { rule: headPool.limitsAreQuantities, passes: POOL, fails: { ...POOL, limits: { cpu: '-1' } }, at: 'limits.cpu' },
  { rule: rules.poolGivesEmptyNodesBack, passes: POOL, fails: policy('WhenEmptyOrUnderutilized'), at: 'disruption.consolidationPolicy' },
]);

describeRules(catalogue.POOL_LABEL_RULES, [{
  rule: rules.poolLabelsDiffer,
  passes: { pools: [{ path: 'a', label: 'x=1' }, { path: 'b', label: 'x=2' }] },
  fails: { pools: [{ path: 'a', label: 'x=1' }, { path: 'b', label: 'x=1' }] },
  at: 'pool b',
}]);

describeRules(catalogue.POD_ON_POOL_RULES, [
  { rule: rules.podFitsOnPool, passes: { ...POD, node: { cpus: 8 } }, fails: { ...POD, node: { cpus: 4 } }, at: POD.at },
  { rule: rules.podFitsOnPool, passes: { ...POD, node: { memoryBytes: 9 * GIB } }, fails: { ...POD, node: { memoryBytes: 8 * GIB } }, at: POD.at },
  { rule: rules.podFitsOnPool, passes: { ...POD, node: { gpus: 1 } }, fails: { ...POD, node: { gpus: 0 } }, at: POD.at },
  { rule: rules.podFitsOnPool, passes: { ...POD, total: { cpus: 4 } }, fails: { ...POD, total: { cpus: 3 } }, at: POD.at },
]);

describeRules(catalogue.GROUP_ON_POOL_ADVICE, [
  ...[{ cpus: 8 }, { gpus: 2 }].map((total) => (
    { rule: rules.poolHoldsEveryWorker, passes: { ...POD, maxReplicas: 2, total }, fails: { ...POD, maxReplicas: 3, total }, at: POD.at }
  )),
]);

describeRules(catalogue.HEADS_ON_POOL_RULES, [
  { rule: rules.poolHoldsItsHeads, passes: { cpuLimit: 15, warmNodes: 1, headCpus: [5, 5] }, fails: { cpuLimit: 14, warmNodes: 1, headCpus: [5, 5] }, at: 'cpuLimit' },
  { rule: rules.poolHoldsItsHeads, passes: { warmNodes: 1, headCpus: [5] }, fails: { cpuLimit: 0.5, warmNodes: 0, headCpus: [5] }, at: 'cpuLimit' },
]);

test('a pod of 4 CPUs fits on no node of 4 CPUs, and the message says by how much', () => {
  const [finding] = rules.podFitsOnPool.check({ ...POD, node: { cpus: 4 } }, { kuberay: '1.7' });
  expect(finding).toMatchObject({ got: '4 CPUs', expected: 'at most 3.92, what a node can give to pods' });
});
