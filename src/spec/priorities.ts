/**
 * Scheduling priorities. User classes may lie between -2147483648 and 1000000000, pods without a class have 0.
 */

export interface PriorityClassFields {
  readonly value: number;
  readonly globalDefault: false;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
  readonly description: string;
}

/** A head goes before its workers: without it they are of no use. */
export const HEAD_PRIORITY: PriorityClassFields = {
  value: 100_000,
  globalDefault: false,
  preemptionPolicy: 'PreemptLowerPriority',
  description: 'Ray heads. Losing one ends every job of its cluster.',
};

/** Below -10 the cluster autoscaler treats a pod as expendable and keeps no node for it, so stay above. */
export const KEEP_WARM_PRIORITY: PriorityClassFields = {
  value: -5,
  globalDefault: false,
  preemptionPolicy: 'Never',
  description: 'Pause pods that keep nodes warm and make way for any other pod.',
};
