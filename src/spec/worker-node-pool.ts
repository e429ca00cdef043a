/**
 * Builds the Karpenter NodePool for Ray workers. Source: Karpenter v1 API and documentation, 1.14; Geneva deployment documentation for the labels.
 */

import { Taint } from './kubernetes-types';
import { Label } from './labels';
import { NodeChoice, nodeRequirements } from './node-choice';
import { NodePoolV1Spec } from './node-pool-types';
import { matchingTaint, Placement } from './placement';
import { cpuQuantity } from './quantities';
import { GPU } from './resource-names';

/** What the workers on a pool's nodes compute with. */
export type WorkerKind = 'cpu' | 'gpu';

/** What a worker node pool is made of. */
export interface WorkerNodePoolSpec extends NodeChoice {
  readonly kind: WorkerKind;
  /** Value of the label by which worker groups find the nodes. */
  readonly labelValue: string;
  readonly limits: WorkerNodePoolLimits;
  /** Seconds that an empty node stays. */
  readonly keepEmptySeconds: number;
}

/** What all nodes of a pool have together, at most. */
export interface WorkerNodePoolLimits {
  readonly cpus?: number;
  readonly gpus?: number;
}

/** What a pool's worker groups ask of it. */
export interface PoolDemand {
  readonly cpus: number;
  readonly gpus: number;
  readonly maxReplicas: number;
  readonly idleTimeoutSeconds: number;
}

/** Seconds that an empty node stays beyond the longest idle timeout of its groups. */
const KEEP_BEYOND_IDLE_SECONDS = 60;

export function workerNodePoolSpec(pool: WorkerNodePoolSpec): NodePoolV1Spec {
  const { limits } = pool;
  return {
    template: {
      metadata: { labels: { [workerNodeLabel(pool.kind)]: pool.labelValue } },
      spec: {
        nodeClassRef: pool.nodeClass,
        requirements: nodeRequirements(pool),
        taints: [workerTaint(pool.kind, pool.labelValue)],
        expireAfter: '720h', // a month: nodes get new images, workers are drained and their rows computed again
      },
    },
    disruption: {
      consolidationPolicy: 'WhenEmpty', // the other policies evict workers to pack them tighter
      consolidateAfter: `${pool.keepEmptySeconds}s`,
    },
    limits: {
      ...(limits.cpus === undefined ? {} : { cpu: cpuQuantity(limits.cpus) }),
      ...(limits.gpus === undefined ? {} : { [GPU]: String(limits.gpus) }),
    },
  };
}

/** Where the pods of a worker group belong. The toleration of the GPU taint stays with the group, which needs it on any node. */
export function workerPlacement(kind: WorkerKind, labelValue: string): Placement {
  const key = workerNodeLabel(kind);
  const tolerations = kind === 'gpu' ? [] : [{ key, operator: 'Equal' as const, value: labelValue, effect: 'NoSchedule' as const }];
  return { nodeSelector: { [key]: labelValue }, tolerations };
}

export function workerNodeLabel(kind: WorkerKind): string {
  return kind === 'gpu' ? Label.RAY_GPU_WORKER_NODE : Label.RAY_CPU_WORKER_NODE;
}

export function kindOf(worker: { readonly gpus: number }): WorkerKind {
  return worker.gpus > 0 ? 'gpu' : 'cpu';
}

/**
 * Limits that leave room for every group at its maximum.
 *
 * Twice the CPUs: workers of 4 CPUs need nodes of 8, since the system takes a part of each. None for the CPUs of GPU nodes, which come with more
 * of them than workers ask for.
 */
export function sufficientLimits(kind: WorkerKind, groups: readonly PoolDemand[]): WorkerNodePoolLimits {
  const total = (amount: (group: PoolDemand) => number) => groups.reduce((sum, group) => sum + amount(group) * replicas(group), 0);
  return kind === 'gpu' ? { gpus: total(({ gpus }) => gpus) } : { cpus: 2 * total(({ cpus }) => cpus) };
}

/** What can't be meant counts as one: a rule says so, and the limit shall not be in its way. */
function replicas({ maxReplicas }: PoolDemand): number {
  return Number.isSafeInteger(maxReplicas) && maxReplicas > 0 ? maxReplicas : 1;
}

/** How long an empty node stays, so that the next wave of tasks finds it. */
export function sufficientKeepEmptySeconds(groups: readonly PoolDemand[]): number {
  return Math.max(0, ...groups.map(({ idleTimeoutSeconds }) => idleTimeoutSeconds)) + KEEP_BEYOND_IDLE_SECONDS;
}

/** GPU nodes bear the one taint that NVIDIA's device plugin tolerates: behind another one, no GPU would ever register. */
export function workerTaint(kind: WorkerKind, labelValue: string): Taint {
  return kind === 'gpu' ? { key: GPU, value: 'present', effect: 'NoSchedule' } : matchingTaint(workerNodeLabel(kind), labelValue);
}
