import { describeRules } from './describe-rule';
import { headNodePoolSpec } from '../../../src/spec/head-node-pool';
import { NodeClaimTemplate, NodePoolV1Spec } from '../../../src/spec/node-pool-types';
import { HEAD_NODE_POOL_RULES } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/head-pool';

const GOOD = headNodePoolSpec({
  labelValue: 'true',
  capacityTypes: ['on-demand'],
  instanceFamilies: [],
  instanceCpus: [],
  architecture: 'amd64',
  nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
  cpuLimit: 32,
});

function withNode(fields: Partial<NodeClaimTemplate['spec']>): NodePoolV1Spec {
  return { ...GOOD, template: { ...GOOD.template, spec: { ...GOOD.template.spec, ...fields } } };
}

function capacity(operator: string, ...values: string[]): NodePoolV1Spec {
  return withNode({ requirements: [{ key: 'karpenter.sh/capacity-type', operator, values }] });
}

const CAPACITY = 'template.spec.requirements[karpenter.sh/capacity-type]';

describeRules(HEAD_NODE_POOL_RULES, [
  { rule: rules.headIsNeverSpot, passes: capacity('In', 'on-demand', 'reserved'), fails: capacity('In', 'on-demand', 'spot'), at: CAPACITY },
  { rule: rules.headIsNeverSpot, passes: capacity('In', 'reserved'), fails: capacity('NotIn', 'on-demand'), at: CAPACITY },
  { rule: rules.headIsNeverSpot, passes: GOOD, fails: withNode({ requirements: [] }), at: CAPACITY },
  { rule: rules.headNodeNeverExpires, passes: GOOD, fails: withNode({ expireAfter: '720h' }), at: 'template.spec.expireAfter' },
  { rule: rules.headNodeDrainsInFull, passes: GOOD, fails: withNode({ terminationGracePeriod: '1h' }), at: 'template.spec.terminationGracePeriod' },
  {
    rule: rules.headNodesStay,
    passes: { ...GOOD, disruption: { consolidateAfter: '10m', budgets: [{ nodes: '0' }] } },
    fails: { ...GOOD, disruption: { consolidateAfter: '10m', budgets: [{ nodes: '0', reasons: ['Underutilized'] }] } },
    at: 'disruption.budgets[Drifted]',
  },
  { rule: rules.poolKeepsOthersAway, passes: GOOD, fails: withNode({ taints: [] }), at: 'template.spec.taints' },
  { rule: rules.poolHasALimit, passes: GOOD, fails: { ...GOOD, limits: undefined }, at: 'limits.cpu' },
  { rule: rules.limitsAreQuantities, passes: { ...GOOD, limits: { cpu: '32', memory: '128Gi' } }, fails: { ...GOOD, limits: { cpu: 'lots' } }, at: 'limits.cpu' },
  { rule: rules.staticPoolIsLimitedByNodes, passes: { ...GOOD, replicas: 1, limits: { nodes: '2' } }, fails: { ...GOOD, replicas: 1 }, at: 'limits.cpu' },
]);
