/**
 * Which machines a Karpenter pool may choose from. Source: Karpenter v1 API and documentation, 1.14.
 */

import { NodeClassRef, Requirement } from './node-pool-types';
import { NodeSize } from './node-size';

/** How nodes are bought; Karpenter's own words. */
export type CapacityType = 'on-demand' | 'reserved' | 'spot';

/** Label under which Karpenter keeps how a node was bought. */
export const CAPACITY_TYPE_LABEL = 'karpenter.sh/capacity-type';

const INSTANCE_CPU_LABEL = 'karpenter.k8s.aws/instance-cpu';

/** The machines that a pool may choose from. */
export interface NodeChoice {
  readonly capacityTypes: CapacityType[];
  /** Instance families to choose from, such as `m7i`. Empty: any of the node class. */
  readonly instanceFamilies: string[];
  /** CPUs of the instances to choose from. Empty: any. */
  readonly instanceCpus: number[];
  readonly architecture: string;
  readonly nodeClass: NodeClassRef;
}

export function nodeRequirements(choice: NodeChoice): Requirement[] {
  return [
    { key: CAPACITY_TYPE_LABEL, operator: 'In', values: [...choice.capacityTypes] },
    { key: 'kubernetes.io/arch', operator: 'In', values: [choice.architecture] },
    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
    ...(choice.instanceFamilies.length > 0 ? [{ key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: [...choice.instanceFamilies] }] : []),
    ...(choice.instanceCpus.length > 0 ? [{ key: INSTANCE_CPU_LABEL, operator: 'In', values: choice.instanceCpus.map(String) }] : []),
  ];
}

/** The largest machine that a pool may choose, as far as the requirements tell. */
export function largestNode(requirements: readonly Requirement[]): NodeSize {
  const cpus = requirements.find(({ key, operator }) => key === INSTANCE_CPU_LABEL && operator === 'In')?.values?.map(Number) ?? [];
  return { cpus: cpus.length > 0 ? Math.max(...cpus) : undefined };
}
