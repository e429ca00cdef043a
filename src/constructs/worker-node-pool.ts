import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { bytes, requirePositive, requireWhole } from './amounts';
import { KarpenterWorkerNodePool, WorkerPoolTenant } from './karpenter-worker-node-pool';
import { KarpenterWorkerNodePoolOptions } from './karpenter-worker-node-pool-options';
import { OPTIONS } from './known-options';
import { requireLabelValue } from './label-options';
import { requireKnown } from './require-options';
import { checkAtSynth } from './synth-checks';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { emittedWorkers } from '../spec/emitted-pods';
import { invalidValue } from '../spec/invalid-value';
import { Placement } from '../spec/placement';
import { checkPodOnPool } from '../spec/rules/check';
import { kindOf, WorkerKind, workerPlacement } from '../spec/worker-node-pool';

/** How to find nodes for workers that exist already. */
export interface LabelledWorkerNodesOptions {
  /**
   * Value of the label `geneva.lancedb.com/ray-worker-cpu` (for groups with GPUs: `ray-worker-gpu`) on those nodes.
   *
   * Workers without GPUs tolerate a NoSchedule taint of the same key and value, those with GPUs the taint `nvidia.com/gpu`.
   *
   * @default 'true'
   */
  readonly labelValue?: string;

  /**
   * CPUs of one of those nodes. A worker that doesn't fit beside what the system keeps stops synth.
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

  /**
   * GPUs of one of those nodes.
   *
   * @default - not checked
   */
  readonly nodeGpus?: number;
}

/**
 * The nodes that workers run on: they come when there is work and go when there is none, and may be spot.
 *
 * A pool may serve several worker groups and environments of an app: it is emitted once for groups without GPUs, and once more for those with.
 *
 * @example
 *
 * import { Size } from 'cdk8s';
 * import { ComputeEnvironment, WorkerNodePool } from 'geneva-constructs';
 *
 * declare const env: ComputeEnvironment;
 * env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 100, pool: WorkerNodePool.karpenter() });
 */
export class WorkerNodePool {
  /**
   * Karpenter NodePools whose nodes bear the labels `geneva.lancedb.com/ray-worker-cpu` or `ray-worker-gpu`.
   *
   * @param options how they differ from the defaults
   */
  public static karpenter(options: KarpenterWorkerNodePoolOptions = {}): WorkerNodePool {
    requireKnown('WorkerNodePool.karpenter', options, OPTIONS.WORKER_POOL);
    const pools = { cpu: new WeakMap<object, KarpenterWorkerNodePool>(), gpu: new WeakMap<object, KarpenterWorkerNodePool>() };
    return new WorkerNodePool((scope, kind, tenant) => {
      const { root } = scope.node;
      const pool = pools[kind].get(root) ?? new KarpenterWorkerNodePool(scope, poolId(scope, tenant.groupName), kind, options, tenant);
      pools[kind].set(root, pool);
      return pool.admit(tenant);
    });
  }

  /**
   * Nodes that something else provides, such as a managed node group. Emits nothing.
   *
   * @param options how they are labelled, and how large they are
   */
  public static fromLabelledNodes(options: LabelledWorkerNodesOptions = {}): WorkerNodePool {
    requireKnown('WorkerNodePool.fromLabelledNodes', options, OPTIONS.WORKER_NODES);
    const path = 'WorkerNodePool.fromLabelledNodes';
    requireLabelValue(path, 'labelValue', options.labelValue);
    requirePositive(path, 'nodeCpu', options.nodeCpu);
    requireWhole(path, 'nodeGpus', options.nodeGpus, 0);
    const node = { cpus: options.nodeCpu, memoryBytes: options.nodeMemory && bytes(path, 'nodeMemory', options.nodeMemory), gpus: options.nodeGpus };
    return new WorkerNodePool((scope, kind, { groupName, cluster, target }) => {
      checkAtSynth(scope, () => {
        const workers = emittedWorkers(cluster(), groupName);
        return workers === undefined ? [] : checkPodOnPool({ at: `worker group "${groupName}" pool`, pod: workers.pod, node, total: {} }, target);
      });
      return workerPlacement(kind, options.labelValue ?? ClusterDefaults.NODE_LABEL_VALUE);
    });
  }

  private constructor(private readonly provide: (scope: Construct, kind: WorkerKind, tenant: WorkerPoolTenant) => Placement) {}

  /**
   * Emits what the pool needs and says where the workers belong.
   *
   * @internal
   */
  public _bind(scope: Construct, tenant: WorkerPoolTenant): Placement {
    return this.provide(scope, kindOf(tenant), tenant);
  }
}

/** Id of the pool that comes with a worker group; refuses a second one for the same name, as NAME-05 would at synth. */
function poolId(scope: Construct, group: string): string {
  const id = `WorkerNodePool-${group}`;
  if (scope.node.tryFindChild(id) !== undefined) {
    const expected = 'a name that no other worker group has';
    throw invalidValue({ path: scope.node.path, at: `worker group "${group}"`, got: group, expected, fix: 'give one of the two another name' });
  }
  return id;
}
