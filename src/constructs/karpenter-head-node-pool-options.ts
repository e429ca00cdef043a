import { CapacityType } from './capacity-type';
import { KarpenterNodePoolOptions } from './karpenter-node-pool-options';

/** How a static Karpenter pool for heads differs from the defaults. */
export interface StaticHeadNodePoolOptions extends KarpenterNodePoolOptions {
  /**
   * How nodes are bought. Spot is refused.
   *
   * @default [CapacityType.ON_DEMAND]
   */
  readonly capacityTypes?: CapacityType[];

  /**
   * Nodes that are always up, with or without heads.
   *
   * @default 1
   */
  readonly nodes?: number;
}

/** How a Karpenter pool for heads differs from the defaults. */
export interface KarpenterHeadNodePoolOptions extends KarpenterNodePoolOptions {
  /**
   * How nodes are bought. Spot is refused.
   *
   * @default [CapacityType.ON_DEMAND]
   */
  readonly capacityTypes?: CapacityType[];

  /**
   * CPUs of all nodes of the pool together, at most. Beyond it Karpenter buys no more. Must leave room for the heads and the warm nodes.
   *
   * @default 32
   */
  readonly cpuLimit?: number;

  /**
   * Nodes to keep up beyond the heads that run, each with room for one more head: a new cluster then starts without waiting for a machine.
   *
   * They are held by pause pods that make way for a head.
   *
   * @default 1
   */
  readonly warmNodes?: number;
}
