import { CapacityType } from './capacity-type';

/** The Karpenter node class that says how a node is set up: image, role, network, disks. */
export interface KarpenterNodeClass {
  /**
   * API group of the node class.
   *
   * @default 'karpenter.k8s.aws'
   */
  readonly group?: string;

  /**
   * Kind of the node class.
   *
   * @default 'EC2NodeClass'
   */
  readonly kind?: string;

  /** Name of the node class. */
  readonly name: string;
}

/** How a Karpenter pool for heads differs from the defaults. */
export interface KarpenterHeadNodePoolOptions {
  /**
   * Instance families to choose from, such as `m7i`; on AWS only. More families find capacity sooner.
   *
   * @default - any family that the node class allows
   */
  readonly instanceFamilies?: string[];

  /**
   * How nodes are bought. Spot is refused.
   *
   * @default [CapacityType.ON_DEMAND]
   */
  readonly capacityTypes?: CapacityType[];

  /**
   * Processor architecture, which the image must have been built for: `amd64` or `arm64`.
   *
   * @default 'amd64'
   */
  readonly architecture?: string;

  /**
   * The node class.
   *
   * @default - the EC2NodeClass called `default`
   */
  readonly nodeClass?: KarpenterNodeClass;

  /**
   * CPUs of all nodes of the pool together, at most. Beyond it Karpenter buys no more. Must leave room for the head and the warm nodes.
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

  /**
   * Value of the label and the taint `geneva.lancedb.com/ray-head`.
   *
   * @default 'true'
   */
  readonly labelValue?: string;
}
