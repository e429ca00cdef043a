import { ManagedNodeGroupSpec } from '../managed-node-group';
import { headIsNeverSpot } from './head-pool';
import { Rule } from './rule';

/** The rule of Karpenter's pools, for a managed node group. */
export const headGroupIsNeverSpot: Rule<ManagedNodeGroupSpec> = {
  ...headIsNeverSpot,
  source: 'Geneva deployment documentation; EKS documentation, managed node groups: capacity types',
  check: ({ capacityType }) => capacityType === 'ON_DEMAND' ? [] : [{
    at: 'capacityType',
    got: capacityType,
    expected: '"ON_DEMAND"',
    fix: 'drop capacityType; put workers on spot nodes, never the head',
  }],
};

/** The rules of pools for heads that hold for managed node groups, too, under the same ids. */
export const HEAD_NODE_GROUP_RULES: readonly Rule<ManagedNodeGroupSpec>[] = [headGroupIsNeverSpot];
