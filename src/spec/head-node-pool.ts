/**
 * Builds the Karpenter NodePool for Ray heads. Source: Karpenter v1 API and documentation, 1.14.
 */

import { Label } from './labels';
import { NodeClassRef, NodePoolV1Spec, Requirement } from './node-pool-types';
import { matchingTaint } from './placement';
import { cpuQuantity } from './quantities';

/** How nodes are bought; Karpenter's own words. */
export type CapacityType = 'on-demand' | 'reserved' | 'spot';

/** Label under which Karpenter keeps how a node was bought. */
export const CAPACITY_TYPE_LABEL = 'karpenter.sh/capacity-type';

/** What a head node pool is made of. */
export interface HeadNodePoolSpec {
  /** Value of the label and taint {@link Label.RAY_HEAD_NODE}. */
  readonly labelValue: string;
  readonly capacityTypes: CapacityType[];
  /** Instance families to choose from, such as `m7i`. Empty: any of the node class. */
  readonly instanceFamilies: string[];
  readonly architecture: string;
  readonly nodeClass: NodeClassRef;
  /** CPUs of all nodes together, at most. */
  readonly cpuLimit: number;
}

export function headNodePoolSpec(pool: HeadNodePoolSpec): NodePoolV1Spec {
  return {
    template: {
      metadata: { labels: { [Label.RAY_HEAD_NODE]: pool.labelValue } },
      spec: {
        nodeClassRef: pool.nodeClass,
        requirements: requirements(pool),
        taints: [matchingTaint(Label.RAY_HEAD_NODE, pool.labelValue)],
        expireAfter: 'Never', // budgets don't stop expiry
        // No terminationGracePeriod: with one, drift overrides do-not-disrupt.
      },
    },
    disruption: {
      consolidationPolicy: 'WhenEmpty',
      consolidateAfter: '10m',
      budgets: [{ nodes: '0', reasons: ['Drifted', 'Underutilized'] }, { nodes: '1' }],
    },
    limits: { cpu: cpuQuantity(pool.cpuLimit) },
  };
}

function requirements(pool: HeadNodePoolSpec): Requirement[] {
  return [
    { key: CAPACITY_TYPE_LABEL, operator: 'In', values: [...pool.capacityTypes] },
    { key: 'kubernetes.io/arch', operator: 'In', values: [pool.architecture] },
    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
    ...(pool.instanceFamilies.length > 0 ? [{ key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: [...pool.instanceFamilies] }] : []),
  ];
}
