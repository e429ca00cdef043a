import { Input } from '@pulumi/pulumi';
import { WorkerGroupArgs } from './ray-cluster-args';

/** Which machines a Karpenter pool may choose from, whatever its nodes are for. */
export interface MachineChoiceArgs {
  /**
   * Instance families to choose from, such as `m7i`. More families find capacity sooner.
   *
   * @default - any family that the node class allows
   */
  readonly instanceFamilies?: Input<Input<string>[]>;

  /**
   * Processor architecture, which the image must have been built for: `amd64` or `arm64`.
   *
   * @default 'amd64'
   */
  readonly architecture?: Input<string>;
}

/** Which machines a Karpenter pool for workers may choose from, and how many of them. */
export interface WorkerPoolArgs extends MachineChoiceArgs {
  /**
   * CPUs of the instances to choose from, such as `[8, 16]`. Pods that no such node can hold are refused.
   *
   * @default - any size
   */
  readonly instanceCpus?: Input<Input<number>[]>;

  /**
   * How nodes are bought, of `reserved`, `spot` and `on-demand`. Karpenter tries them in this order.
   *
   * @default ['spot', 'on-demand']
   */
  readonly capacityTypes?: Input<Input<string>[]>;

  /**
   * Value of the label by which pods find the nodes, and of the taint that keeps others away.
   *
   * @default 'true'
   */
  readonly labelValue?: Input<string>;

  /**
   * CPUs of all nodes of the pool together, at most. Beyond it Karpenter buys no more.
   *
   * @default - twice what the groups have at their maximum; with GPUs their number is the limit
   */
  readonly cpuLimit?: Input<number>;

  /**
   * GPUs of all nodes of the pool together, at most. Of effect for groups with GPUs.
   *
   * @default - what the groups have at their maximum
   */
  readonly gpuLimit?: Input<number>;

  /**
   * Seconds that a node stays when its last worker has left.
   *
   * @default - a minute longer than the longest idle timeout of the groups
   */
  readonly keepEmptySeconds?: Input<number>;
}

/** Which machines a Karpenter pool for heads may choose from, and how many of them. */
export interface HeadPoolArgs extends MachineChoiceArgs {
  /**
   * CPUs of the instances to choose from, such as `[8, 16]`. A head that no such node can hold is refused.
   *
   * @default - any size
   */
  readonly instanceCpus?: Input<Input<number>[]>;

  /**
   * How nodes are bought, of `reserved` and `on-demand`. Spot is refused.
   *
   * @default ['on-demand']
   */
  readonly capacityTypes?: Input<Input<string>[]>;

  /**
   * Value of the label by which heads find the nodes, and of the taint that keeps others away.
   *
   * @default 'true'
   */
  readonly labelValue?: Input<string>;

  /**
   * CPUs of all nodes of the pool together, at most. Must leave room for the heads and the warm nodes.
   *
   * @default 32
   */
  readonly cpuLimit?: Input<number>;

  /**
   * Nodes to keep up beyond the heads that run, each with room for one more head. Pause pods hold them that make way for a head.
   *
   * @default 1
   */
  readonly warmNodes?: Input<number>;
}

/** How Karpenter sets nodes up on AWS. */
export interface NodeClassArgs {
  /** Name of the IAM role of the nodes. */
  readonly roleName: Input<string>;

  /** Family and version of the machine image, such as `al2023@v20260801`. */
  readonly ami: Input<string>;

  /** Subnets that nodes start in. At least one. */
  readonly subnetIds: Input<Input<string>[]>;

  /** Security groups of the nodes. At least one. */
  readonly securityGroupIds: Input<Input<string>[]>;

  /**
   * Disk of a node in GiB.
   *
   * @default 100
   */
  readonly diskGiB?: Input<number>;

  /**
   * ARN of the KMS key for the disks.
   *
   * @default - the key of the account for EBS
   */
  readonly diskKmsKeyArn?: Input<string>;
}

/** What KarpenterNodePools need. Pools that are not said are not made. */
export interface KarpenterNodePoolsArgs {
  /** Namespace of the cluster whose pods the pools are for. */
  readonly namespace: Input<string>;

  /**
   * The cluster's name without the part that changes.
   *
   * @default - the component's name
   */
  readonly clusterLabel?: Input<string>;

  /**
   * The pool for heads.
   *
   * @default - none
   */
  readonly headPool?: Input<HeadPoolArgs>;

  /**
   * The pool for workers without GPUs.
   *
   * @default - none
   */
  readonly cpuPool?: Input<WorkerPoolArgs>;

  /**
   * The pool for workers with GPUs.
   *
   * @default - none
   */
  readonly gpuPool?: Input<WorkerPoolArgs>;

  /**
   * The worker groups that the pools are for, which give the limits and must fit on the nodes.
   *
   * @default - none: then the pools must say their limits
   */
  readonly workerGroups?: Input<Input<WorkerGroupArgs>[]>;

  /**
   * Whole CPUs of the head.
   *
   * @default 4
   */
  readonly headCpu?: Input<number>;

  /**
   * Memory of the head in GiB.
   *
   * @default 8
   */
  readonly headMemoryGiB?: Input<number>;

  /**
   * The node class to make, for these pools alone.
   *
   * @default - none: `nodeClassName` is there already
   */
  readonly nodeClass?: Input<NodeClassArgs>;

  /**
   * Name of an EC2NodeClass that is there already.
   *
   * @default 'default', unless one is made
   */
  readonly nodeClassName?: Input<string>;

  /**
   * Whether to make the queue by which Karpenter hears of nodes that AWS is about to take. One a cluster is enough: its name goes to Karpenter's
   * `settings.interruptionQueue`.
   *
   * @default true
   */
  readonly interruptionQueue?: boolean;

  /**
   * Tags of the queue and its rules.
   *
   * @default - none
   */
  readonly tags?: Input<{ [key: string]: Input<string> }>;
}
