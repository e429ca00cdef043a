import { Construct } from 'constructs';
import { KarpenterHeadNodePool, HeadPoolTenant } from './karpenter-head-node-pool';
import { KarpenterHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { Label } from '../spec/labels';
import { labelledNodes, Placement } from '../spec/placement';

/** How to find nodes for heads that exist already. */
export interface LabelledNodesOptions {
  /**
   * Value of the label `geneva.lancedb.com/ray-head` on those nodes.
   *
   * Heads tolerate a NoSchedule taint of the same key and value.
   *
   * @default 'true'
   */
  readonly labelValue?: string;
}

/**
 * The nodes that Ray heads run on: always on, never spot, kept for heads alone.
 *
 * A head that is lost ends every job of its cluster, so its nodes are the one place where saving doesn't pay.
 */
export class HeadNodePool {
  /**
   * A Karpenter NodePool, and pods that keep a node of it warm.
   *
   * @param options how it differs from the defaults
   */
  public static karpenter(options: KarpenterHeadNodePoolOptions = {}): HeadNodePool {
    return new HeadNodePool((scope, tenant) => new KarpenterHeadNodePool(scope, 'HeadNodePool', { ...options, ...tenant }).placement);
  }

  /**
   * Nodes that something else provides, such as a managed node group. Emits nothing.
   *
   * @param options how they are labelled
   */
  public static fromLabelledNodes(options: LabelledNodesOptions = {}): HeadNodePool {
    return new HeadNodePool(() => labelledNodes(Label.RAY_HEAD_NODE, options.labelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE));
  }

  private constructor(private readonly provide: (scope: Construct, tenant: HeadPoolTenant) => Placement) {}

  /**
   * Emits what the pool needs and says where the head belongs.
   *
   * @internal
   */
  public _bind(scope: Construct, tenant: HeadPoolTenant): Placement {
    return this.provide(scope, tenant);
  }
}
