/**
 * The Karpenter node class that says how a node is set up: image, role, network, disks. For one that is declared beside the pool, `reference` of an
 * `Ec2NodeClass`.
 */
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

/** Which machines a Karpenter pool may choose from. */
export interface KarpenterNodePoolOptions {
  /**
   * Instance families to choose from, such as `m7i`; on AWS only. More families find capacity sooner.
   *
   * @default - any family that the node class allows
   */
  readonly instanceFamilies?: string[];

  /**
   * CPUs of the instances to choose from, such as `[8, 16]`; on AWS only. Pods that no such node can hold stop synth.
   *
   * @default - any size
   */
  readonly instanceCpus?: number[];

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
   * Value of the label by which pods find the nodes, and of the taint that keeps others away.
   *
   * Pools that go to one Kubernetes cluster must differ in it, or pods land on either.
   *
   * @default 'true'
   */
  readonly labelValue?: string;
}
