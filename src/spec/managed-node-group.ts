/**
 * Builds what Kubernetes sees of a managed node group of EKS. Source: EKS API and documentation, managed node groups.
 */

import { Taint, TaintEffect } from './kubernetes-types';
import { Label } from './labels';
import { matchingTaint } from './placement';
import { WorkerKind, workerNodeLabel, workerTaint } from './worker-node-pool';

/** The nodes of a group, and how many there are. */
export interface ManagedNodeGroupSpec {
  /** `ON_DEMAND` or `SPOT`; EKS's own words. */
  readonly capacityType: string;
  readonly labels: Record<string, string>;
  readonly taints: EksTaint[];
  readonly minSize: number;
  readonly maxSize: number;
}

/** A taint in the words of EKS. */
export interface EksTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NO_SCHEDULE' | 'PREFER_NO_SCHEDULE' | 'NO_EXECUTE';
}

/** How many nodes there are, and how they are bought. */
export interface GroupCapacity {
  readonly capacityType: string;
  readonly minSize: number;
  readonly maxSize: number;
}

const EFFECTS: Record<TaintEffect, EksTaint['effect']> = { NoSchedule: 'NO_SCHEDULE', PreferNoSchedule: 'PREFER_NO_SCHEDULE', NoExecute: 'NO_EXECUTE' };

export function headNodeGroupSpec(labelValue: string, capacity: GroupCapacity): ManagedNodeGroupSpec {
  return { ...capacity, labels: { [Label.RAY_HEAD_NODE]: labelValue }, taints: [eksTaint(matchingTaint(Label.RAY_HEAD_NODE, labelValue))] };
}

export function workerNodeGroupSpec(kind: WorkerKind, labelValue: string, capacity: GroupCapacity): ManagedNodeGroupSpec {
  return { ...capacity, labels: { [workerNodeLabel(kind)]: labelValue }, taints: [eksTaint(workerTaint(kind, labelValue))] };
}

/**
 * Tags of the Auto Scaling group by which the cluster autoscaler knows the nodes that a group without any would have.
 *
 * Source: cluster-autoscaler documentation for AWS, scaling from 0. Tags of a managed node group don't reach its Auto Scaling group.
 */
export function nodeTemplateTags({ labels, taints }: Pick<ManagedNodeGroupSpec, 'labels' | 'taints'>): { key: string; value: string }[] {
  const prefix = 'k8s.io/cluster-autoscaler/node-template';
  return [
    ...Object.entries(labels).map(([key, value]) => ({ key: `${prefix}/label/${key}`, value })),
    ...taints.map(({ key, value, effect }) => ({ key: `${prefix}/taint/${key}`, value: `${value}:${kubernetesEffect(effect)}` })),
  ];
}

function eksTaint({ key, value, effect }: Taint): EksTaint {
  return { key, value, effect: EFFECTS[effect] };
}

function kubernetesEffect(effect: EksTaint['effect']): string {
  return Object.keys(EFFECTS).find((name) => EFFECTS[name as TaintEffect] === effect)!;
}
