import { LabelSelector } from './kubernetes-types';
import { Label } from './labels';

export interface PodDisruptionBudgetSpec {
  readonly maxUnavailable: number;
  readonly selector: LabelSelector;
}

/** The head pods of a cluster, whatever their content. */
export function headPods(clusterLabel: string): LabelSelector {
  return { matchLabels: { [Label.CLUSTER]: clusterLabel, [Label.RAY_NODE_TYPE]: 'head' } };
}

/** Refuses every voluntary eviction of the head. A node upgrade therefore waits until the cluster is gone or the budget is lifted. */
export function headDisruptionBudget(clusterLabel: string): PodDisruptionBudgetSpec {
  return { maxUnavailable: 0, selector: headPods(clusterLabel) };
}
