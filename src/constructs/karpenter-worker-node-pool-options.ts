import { Duration } from 'cdk8s';
import { CapacityType } from './capacity-type';
import { KarpenterNodePoolOptions } from './karpenter-node-pool-options';

/** How a Karpenter pool for workers differs from the defaults. */
export interface KarpenterWorkerNodePoolOptions extends KarpenterNodePoolOptions {
  /**
   * How nodes are bought. Karpenter tries reserved ones first, then spot, then those at list price. A worker on a spot node that is reclaimed
   * loses the rows since its last checkpoint, no more.
   *
   * @default [CapacityType.SPOT, CapacityType.ON_DEMAND]
   */
  readonly capacityTypes?: CapacityType[];

  /**
   * CPUs of all nodes of the pool together, at most. Beyond it Karpenter buys no more.
   *
   * @default - twice what the groups have at their maximum; with GPUs their number is the limit
   */
  readonly cpuLimit?: number;

  /**
   * GPUs of all nodes of the pool together, at most. Of effect for groups with GPUs.
   *
   * @default - what the groups have at their maximum
   */
  readonly gpuLimit?: number;

  /**
   * How long a node stays when its last worker has left.
   *
   * @default - a minute longer than the longest idle timeout of the groups
   */
  readonly keepEmpty?: Duration;
}
