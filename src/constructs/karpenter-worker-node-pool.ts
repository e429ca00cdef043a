import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { requireWhole, wholeSeconds } from './amounts';
import { CapacityType } from './capacity-type';
import { registerPool } from './chart-pools';
import { nodeChoice } from './karpenter-node-choice';
import { KarpenterWorkerNodePoolOptions } from './karpenter-worker-node-pool-options';
import { remembered } from './remembered';
import { RenderedObject } from './rendered-object';
import { checkAtSynth } from './synth-checks';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { emittedWorkers } from '../spec/emitted-pods';
import { Target } from '../spec/kuberay-versions';
import { NameLimit, objectName } from '../spec/names';
import { NodeChoice } from '../spec/node-choice';
import { NodePoolV1Spec } from '../spec/node-pool-types';
import { PodSize } from '../spec/node-size';
import { Placement } from '../spec/placement';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { checkGroupOnPool, checkNodePoolShape, checkWorkerNodePool } from '../spec/rules/check';
import { capacityOf } from '../spec/rules/pools';
import { Finding } from '../spec/rules/rule';
import { PoolDemand, sufficientKeepEmptySeconds, sufficientLimits, WorkerKind, workerNodeLabel, workerNodePoolSpec, workerPlacement } from '../spec/worker-node-pool';

/** A worker group that the pool is for. */
export interface WorkerPoolTenant extends PodSize, PoolDemand {
  readonly gpus: number;
  readonly groupName: string;
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespaceName: string;
  readonly target: Target;
  /** Its cluster as it is emitted, patches included: the same function for all groups of one. */
  readonly cluster: () => RayClusterV1Spec;
}

/** A Karpenter NodePool for workers of one kind. Named after its first tenant. */
export class KarpenterWorkerNodePool extends Construct {
  private readonly tenants: WorkerPoolTenant[] = [];
  private readonly labelValue: string;
  private readonly keepEmptySeconds?: number;
  private readonly pool: RenderedObject;

  constructor(
    scope: Construct,
    id: string,
    private readonly kind: WorkerKind,
    private readonly options: KarpenterWorkerNodePoolOptions,
    private readonly first: WorkerPoolTenant,
  ) {
    super(scope, id);
    requireWhole(this.node.path, 'cpuLimit', options.cpuLimit, 1);
    requireWhole(this.node.path, 'gpuLimit', options.gpuLimit, 1);
    this.keepEmptySeconds = wholeSeconds(this.node.path, 'keepEmpty', options.keepEmpty, 0);
    this.labelValue = options.labelValue ?? ClusterDefaults.NODE_LABEL_VALUE;
    const choice = nodeChoice(this, options, options.capacityTypes ?? [CapacityType.SPOT, CapacityType.ON_DEMAND]);
    const told = this.labelValue === ClusterDefaults.NODE_LABEL_VALUE ? [] : [this.labelValue];
    this.pool = new RenderedObject(this, 'Resource', {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: objectName({ parts: [first.namespaceName, first.label, 'workers', kind, ...told], limit: NameLimit.LABEL }) },
      spec: Lazy.any({ produce: () => this.render(choice) }),
    }, () => this.tenants.length);
    registerPool(this, `${workerNodeLabel(kind)}=${this.labelValue}`);
    checkAtSynth(this, remembered(() => [this.pool.content(), ...this.clusters()], () => this.findings()));
  }

  /** Takes in one more worker group. */
  public admit(tenant: WorkerPoolTenant): Placement {
    this.tenants.push(tenant);
    return workerPlacement(this.kind, this.labelValue);
  }

  private render(choice: NodeChoice): NodePoolV1Spec {
    const { cpuLimit, gpuLimit } = this.options;
    const enough = sufficientLimits(this.kind, this.tenants);
    return workerNodePoolSpec({
      ...choice,
      kind: this.kind,
      labelValue: this.labelValue,
      limits: { cpus: cpuLimit ?? enough.cpus, gpus: this.kind === 'gpu' ? gpuLimit ?? enough.gpus : undefined },
      keepEmptySeconds: this.keepEmptySeconds ?? sufficientKeepEmptySeconds(this.tenants),
    });
  }

  private findings(): Finding[] {
    const spec = this.pool.content().spec as NodePoolV1Spec;
    const { target } = this.first;
    const misshapen = checkNodePoolShape(spec, target);
    if (misshapen.length > 0) { return misshapen; }
    const capacity = capacityOf(spec);
    return [
      ...checkWorkerNodePool(spec, target),
      ...this.tenants.flatMap(({ groupName, cluster }) => {
        const workers = emittedWorkers(cluster(), groupName);
        return workers === undefined ? [] : checkGroupOnPool({ at: `worker group "${groupName}"`, ...workers, ...capacity }, target);
      }),
    ];
  }

  /** Each once, of however many groups. */
  private clusters(): RayClusterV1Spec[] {
    return [...new Set(this.tenants.map(({ cluster }) => cluster))].map((cluster) => cluster());
  }
}
