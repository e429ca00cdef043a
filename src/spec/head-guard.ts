import { LabelSelector } from './kubernetes-types';
import { Label } from './labels';

export interface PodDisruptionBudgetSpec {
  readonly minAvailable: number;
  readonly selector: LabelSelector;
}

/** The head pods of a cluster, whatever their content. */
export function headPods(clusterLabel: string): LabelSelector {
  return { matchLabels: { [Label.CLUSTER]: clusterLabel, [Label.RAY_NODE_TYPE]: 'head' } };
}

/**
 * Refuses every voluntary eviction of the one head. A node upgrade therefore waits until the cluster is gone or the budget is lifted.
 *
 * `maxUnavailable` would say it better, but Kubernetes asks the owner of the pods for their number then, and a RayCluster has no scale
 * subresource: each look at the budget ends in a warning (CalculateExpectedPodCountFailed), seen with Kubernetes 1.35.
 */
export function headDisruptionBudget(clusterLabel: string): PodDisruptionBudgetSpec {
  return { minAvailable: 1, selector: headPods(clusterLabel) };
}
