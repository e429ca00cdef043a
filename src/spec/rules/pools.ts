import { largestNode } from '../node-choice';
import { NodePoolV1Spec } from '../node-pool-types';
import { allocatable, NodeSize, PodSize } from '../node-size';
import { amountOf, GIB } from '../quantities';
import { GPU } from '../resource-names';
import { Rule, Violation } from './rule';

/** A pod, and the nodes that it is to run on. */
export interface PodOnNodes {
  /** The prop that gives the pod its size, such as `worker group "gpu" pool`. */
  readonly at: string;
  readonly pod: PodSize;
  /** One of the nodes; the largest where they differ. */
  readonly node: NodeSize;
  /** All nodes together, at most. */
  readonly total: NodeSize;
}

/** A worker group, and the limits of its pool. */
export interface GroupOnPool extends PodOnNodes {
  readonly maxReplicas: number;
}

/** The pools of one chart, by the label of their nodes. */
export interface LabelledPools {
  readonly pools: readonly { readonly path: string; readonly label: string }[];
}

/** Heads that share a pool, and what it keeps warm beside them. */
export interface HeadsOnPool {
  /** Absent: other limits hold, or one that is no amount. */
  readonly cpuLimit?: number;
  readonly warmNodes: number;
  /** CPUs of each head pod, sidecar included. */
  readonly headCpus: readonly number[];
}

export const poolLabelsDiffer: Rule<LabelledPools> = {
  id: 'POOL-03',
  title: 'No two pools of a chart give their nodes the same label.',
  severity: 'error',
  source: 'Karpenter documentation, NodePools: pools should be mutually exclusive',
  why: 'Karpenter buys from either pool for the pods of both, so limits, prices and guards of one hold for half of them.',
  check: ({ pools }) => pools.filter(({ label }, i) => pools.findIndex((other) => other.label === label) < i).map(({ path, label }) => ({
    at: `pool ${path}`,
    got: label,
    expected: `a label that no other pool has; ${pools.find((other) => other.label === label)?.path} has it`,
    fix: 'make the pool once and give it to both, or tell them apart by labelValue',
  })),
};

export const podFitsOnPool: Rule<PodOnNodes> = {
  id: 'POOL-04',
  title: 'A pod fits on a node of its pool.',
  severity: 'error',
  source: 'Kubernetes scheduler; node reservations of EKS and GKE; Karpenter limits',
  why: 'Such a pod stays Pending for ever, and its job waits for it.',
  check: ({ at, pod, node, total }) => [...excess(at, pod, allocatable(node), 'a node'), ...excess(at, pod, total, 'all nodes of the pool')],
};

export const poolHoldsEveryWorker: Rule<GroupOnPool> = {
  id: 'POOL-05',
  title: 'The limit of a pool has room for a worker group at its maximum.',
  severity: 'advice',
  source: 'Karpenter documentation, limits',
  why: 'The autoscaler goes on asking for workers that stay Pending.',
  check: ({ at, pod, total, maxReplicas }) => {
    const { cpus, memoryBytes, gpus = 0 } = pod;
    return excess(at, { cpus: cpus * maxReplicas, memoryBytes: memoryBytes * maxReplicas, gpus: gpus * maxReplicas }, total, `all nodes of the pool, for ${maxReplicas} workers`);
  },
};

export const poolGivesEmptyNodesBack: Rule<NodePoolV1Spec> = {
  id: 'POOL-06',
  title: 'A pool for workers gives back empty nodes alone.',
  severity: 'advice',
  source: 'Karpenter 1.14 documentation, consolidationPolicy',
  why: 'Under the other policies workers are evicted to pack them tighter, and compute their rows again.',
  check: ({ disruption }) => disruption?.consolidationPolicy === 'WhenEmpty' ? [] : [{
    at: 'disruption.consolidationPolicy',
    got: disruption?.consolidationPolicy,
    expected: '"WhenEmpty"',
    fix: 'drop the patch',
  }],
};

export const poolHoldsItsHeads: Rule<HeadsOnPool> = {
  id: 'HEAD-05',
  title: 'The limit of a pool for heads has room for its heads and its warm nodes.',
  severity: 'error',
  source: 'Karpenter documentation, limits',
  why: 'Beyond the limit Karpenter buys no node: a head stays Pending.',
  check: ({ cpuLimit, warmNodes, headCpus }) => {
    const need = headCpus.reduce((sum, cpus) => sum + cpus, 0) + warmNodes * Math.max(0, ...headCpus);
    return cpuLimit === undefined || cpuLimit >= need ? [] : [{
      at: 'cpuLimit',
      got: cpuLimit,
      expected: `at least ${need}, for ${count(headCpus.length, 'head')} and ${count(warmNodes, 'warm node')}`,
      fix: `cpuLimit: ${Math.ceil(need)}`,
    }];
  },
};

/** The largest node and the limits of a Karpenter pool. */
export function capacityOf(spec: NodePoolV1Spec): { readonly node: NodeSize; readonly total: NodeSize } {
  const { cpu, memory, [GPU]: gpus } = spec.limits ?? {};
  return { node: largestNode(spec.template.spec.requirements), total: { cpus: amountOf(cpu), memoryBytes: amountOf(memory), gpus: amountOf(gpus) } };
}

function excess(at: string, pod: PodSize, room: NodeSize, where: string): Violation[] {
  const amounts = [
    { what: 'CPUs', need: pod.cpus, have: room.cpus },
    { what: 'GiB of memory', need: pod.memoryBytes / GIB, have: room.memoryBytes && room.memoryBytes / GIB },
    { what: 'GPUs', need: pod.gpus ?? 0, have: room.gpus },
  ];
  return amounts.filter(({ need, have = Infinity }) => need > have).map(({ what, need, have }) => ({
    at,
    got: `${need} ${what}`,
    expected: `at most ${written(have!)}, what ${where} can give to pods`,
    fix: 'ask for less, or for a pool with more',
  }));
}

function written(amount: number): string {
  return String(Math.floor(amount * 1000) / 1000);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
