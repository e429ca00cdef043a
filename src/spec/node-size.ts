import { MIB } from './quantities';

/** What one node has, as far as it is known. */
export interface NodeSize {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly gpus?: number;
}

/** What one pod needs; a sum of its containers. */
export interface PodSize {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus?: number;
}

/** Memory that EKS, GKE and AKS keep for the system at least: 255 MiB, and 100 MiB below which pods are evicted. Each pod slot adds to it. */
const SYSTEM_BYTES = 355 * MIB;

/**
 * What pods can have of a node: its size less the part that is certainly kept for the system.
 *
 * CPUs kept: 6 % of the first, 1 % of the second, 0.5 % of the next two and 0.25 % of the others. Source: the documentation of EKS and GKE, whose
 * formulas are the same. DaemonSets take more, so a pod that fits by a hair here may still not fit.
 */
export function allocatable(node: NodeSize): NodeSize {
  return {
    cpus: node.cpus === undefined ? undefined : node.cpus - systemCpus(node.cpus),
    memoryBytes: node.memoryBytes === undefined ? undefined : node.memoryBytes - SYSTEM_BYTES,
    gpus: node.gpus,
  };
}

function systemCpus(cpus: number): number {
  const shares = [[1, 0.06], [1, 0.01], [2, 0.005], [Infinity, 0.0025]];
  let left = cpus;
  return shares.reduce((sum, [width, share]) => {
    const part = Math.min(left, width);
    left -= part;
    return sum + part * share;
  }, 0);
}
