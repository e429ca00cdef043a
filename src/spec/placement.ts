import { Taint, Toleration } from './kubernetes-types';

/** Which nodes a pod may and must run on. */
export interface Placement {
  readonly nodeSelector: Record<string, string>;
  readonly tolerations: Toleration[];
}

/** Nodes that bear a label, and a taint of the same key and value. */
export function labelledNodes(key: string, value: string): Placement {
  return { nodeSelector: { [key]: value }, tolerations: [{ key, operator: 'Equal', value, effect: 'NoSchedule' }] };
}

/** The taint that keeps all but the pods of {@link labelledNodes} away. */
export function matchingTaint(key: string, value: string): Taint {
  return { key, value, effect: 'NoSchedule' };
}
