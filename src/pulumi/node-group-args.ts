import { Input } from '@pulumi/pulumi';

/** How the nodes of a managed node group differ from the defaults. */
export interface NodesArgs {
  /**
   * Instance types to choose from, such as `m7i.2xlarge`.
   *
   * @default - 8 CPUs, or one GPU, of several families
   */
  readonly instanceTypes?: Input<Input<string>[]>;

  /**
   * Type of the machine image, in the words of EKS.
   *
   * @default - 'AL2023_x86_64_STANDARD'; 'AL2023_x86_64_NVIDIA' for workers with GPUs
   */
  readonly amiType?: Input<string>;

  /**
   * How nodes are bought: `ON_DEMAND` or `SPOT`.
   *
   * @default - 'ON_DEMAND' for heads, for which spot is refused; 'SPOT' for workers
   */
  readonly capacityType?: Input<string>;

  /**
   * Nodes that are up in any case.
   *
   * @default - 1 for heads, 0 for workers
   */
  readonly minSize?: Input<number>;

  /**
   * Nodes at once, at most.
   *
   * @default - 2 for heads, 10 for workers
   */
  readonly maxSize?: Input<number>;

  /**
   * Disk of a node in GiB: images, logs and what Ray spills.
   *
   * @default 100
   */
  readonly diskGiB?: Input<number>;

  /**
   * ARN of the KMS key for the disks. The service role of Auto Scaling must be allowed to use it.
   *
   * @default - the key of the account for EBS
   */
  readonly diskKmsKeyArn?: Input<string>;

  /**
   * Value of the label by which pods find the nodes, and of the taint that keeps others away.
   *
   * @default 'true'
   */
  readonly labelValue?: Input<string>;

  /**
   * Tags of all that is made on AWS, nodes and disks included.
   *
   * @default - none
   */
  readonly tags?: Input<{ [key: string]: Input<string> }>;
}

/** What node groups for heads and for workers share. */
export interface NodeGroupArgs extends NodesArgs {
  /** Name of the EKS cluster. */
  readonly clusterName: Input<string>;

  /** Subnets that nodes start in. At least one. */
  readonly subnetIds: Input<Input<string>[]>;
}
