import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { bytes, requirePositive } from './amounts';
import { HeadPoolTenant, KarpenterHeadNodePool, KarpenterHeadNodePoolProps } from './karpenter-head-node-pool';
import { KarpenterHeadNodePoolOptions, StaticHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { OPTIONS } from './known-options';
import { requireLabelValue } from './label-options';
import { requireKnown } from './require-options';
import { checkAtSynth } from './synth-checks';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { emittedHead } from '../spec/emitted-pods';
import { Label } from '../spec/labels';
import { labelledNodes, Placement } from '../spec/placement';
import { checkPodOnPool } from '../spec/rules/check';

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

  /**
   * CPUs of one of those nodes. A head that doesn't fit beside what the system keeps stops synth.
   *
   * @default - not checked
   */
  readonly nodeCpu?: number;

  /**
   * Memory of one of those nodes.
   *
   * @default - not checked
   */
  readonly nodeMemory?: Size;
}

/**
 * The nodes that Ray heads run on: always on, never spot, kept for heads alone.
 *
 * A head that is lost ends every job of its cluster, so its nodes are the one place where saving doesn't pay.
 *
 * One pool given to several environments of an app is emitted once, with the first of them, and holds the heads of all.
 */
export class HeadNodePool {
  /**
   * A Karpenter NodePool, and pods that keep a node of it warm.
   *
   * @param options how it differs from the defaults
   */
  public static karpenter(options: KarpenterHeadNodePoolOptions = {}): HeadNodePool {
    requireKnown('HeadNodePool.karpenter', options, OPTIONS.HEAD_POOL);
    return HeadNodePool.shared(options);
  }

  /**
   * A Karpenter NodePool with a fixed number of nodes that are always up. Needs Karpenter's gate `StaticCapacity`, alpha in 1.14.
   *
   * @param options how it differs from the defaults
   */
  public static karpenterStatic(options: StaticHeadNodePoolOptions = {}): HeadNodePool {
    requireKnown('HeadNodePool.karpenterStatic', options, OPTIONS.STATIC_HEAD_POOL);
    const { nodes = 1, ...others } = options;
    return HeadNodePool.shared({ ...others, staticNodes: nodes });
  }

  /**
   * Nodes that something else provides, such as a managed node group. Emits nothing.
   *
   * @param options how they are labelled
   */
  public static fromLabelledNodes(options: LabelledNodesOptions = {}): HeadNodePool {
    requireKnown('HeadNodePool.fromLabelledNodes', options, OPTIONS.HEAD_NODES);
    const path = 'HeadNodePool.fromLabelledNodes';
    requireLabelValue(path, 'labelValue', options.labelValue);
    requirePositive(path, 'nodeCpu', options.nodeCpu);
    const node = { cpus: options.nodeCpu, memoryBytes: options.nodeMemory && bytes(path, 'nodeMemory', options.nodeMemory) };
    return new HeadNodePool((scope, tenant) => {
      checkAtSynth(scope, () => checkPodOnPool({ at: 'headPool', pod: emittedHead(tenant.cluster()), node, total: {} }, tenant.target));
      return labelledNodes(Label.RAY_HEAD_NODE, options.labelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE);
    });
  }

  private static shared(props: KarpenterHeadNodePoolProps): HeadNodePool {
    const pools = new WeakMap<object, KarpenterHeadNodePool>();
    return new HeadNodePool((scope, tenant) => {
      const { root } = scope.node;
      const pool = pools.get(root) ?? new KarpenterHeadNodePool(scope, 'HeadNodePool', props, tenant);
      pools.set(root, pool);
      return pool.admit(tenant);
    });
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
