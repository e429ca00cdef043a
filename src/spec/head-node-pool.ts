/**
 * Builds the Karpenter NodePool for Ray heads. Source: Karpenter v1 API and documentation, 1.14.
 */

import { Label } from './labels';
import { NodeChoice, nodeRequirements } from './node-choice';
import { NodePoolV1Spec } from './node-pool-types';
import { matchingTaint } from './placement';
import { cpuQuantity } from './quantities';

/** What a head node pool is made of. */
export interface HeadNodePoolSpec extends NodeChoice {
  /** Value of the label and taint {@link Label.RAY_HEAD_NODE}. */
  readonly labelValue: string;
  /** CPUs of all nodes together, at most. Of no effect with {@link staticNodes}. */
  readonly cpuLimit: number;
  /** Nodes that are always up, whatever runs on them. Absent: as many as pods ask for. */
  readonly staticNodes?: number;
}

export function headNodePoolSpec(pool: HeadNodePoolSpec): NodePoolV1Spec {
  return {
    replicas: pool.staticNodes,
    template: {
      metadata: { labels: { [Label.RAY_HEAD_NODE]: pool.labelValue } },
      spec: {
        nodeClassRef: pool.nodeClass,
        requirements: nodeRequirements(pool),
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
    // A static pool takes no other limit than its nodes: one more, so that a broken node can be replaced before it goes.
    limits: pool.staticNodes === undefined ? { cpu: cpuQuantity(pool.cpuLimit) } : { nodes: String(pool.staticNodes + 1) },
  };
}
