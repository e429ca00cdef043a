import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { requireWhole } from './amounts';
import { CapacityType } from './capacity-type';
import { registerPool } from './chart-pools';
import { KarpenterHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { nodeChoice } from './karpenter-node-choice';
import { remembered } from './remembered';
import { RenderedObject } from './rendered-object';
import { checkAtSynth } from './synth-checks';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { emittedHead } from '../spec/emitted-pods';
import { headNodePoolSpec } from '../spec/head-node-pool';
import { keepWarmSpec } from '../spec/keep-warm';
import { Target } from '../spec/kuberay-versions';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { NodePoolV1Spec } from '../spec/node-pool-types';
import { labelledNodes, Placement } from '../spec/placement';
import { KEEP_WARM_PRIORITY } from '../spec/priorities';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { adviseOnHeadNodePool, checkHeadNodePool, checkHeadsOnPool, checkNodePoolShape, checkPodOnPool } from '../spec/rules/check';
import { capacityOf } from '../spec/rules/pools';
import { Finding } from '../spec/rules/rule';

/** A cluster whose head the pool is for. */
export interface HeadPoolTenant {
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespaceName: string;
  readonly target: Target;
  /** What the head pod needs, sidecar included. */
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Its cluster as it is emitted, patches included. */
  readonly cluster: () => RayClusterV1Spec;
}

export interface KarpenterHeadNodePoolProps extends KarpenterHeadNodePoolOptions {
  /** Nodes that are always up. Absent: nodes come with the heads. */
  readonly staticNodes?: number;
}

/** A Karpenter NodePool for heads, and the Deployment that keeps nodes of it warm. Named after its first tenant. */
export class KarpenterHeadNodePool extends Construct {
  public readonly placement: Placement;

  private readonly tenants: HeadPoolTenant[] = [];
  private readonly warmNodes: number;
  private readonly pool: RenderedObject;

  constructor(scope: Construct, id: string, private readonly props: KarpenterHeadNodePoolProps, private readonly first: HeadPoolTenant) {
    super(scope, id);
    requireWhole(this.node.path, 'warmNodes', props.warmNodes, 0);
    requireWhole(this.node.path, 'cpuLimit', props.cpuLimit, 1);
    requireWhole(this.node.path, 'nodes', props.staticNodes, 1);
    this.warmNodes = props.staticNodes === undefined ? props.warmNodes ?? 1 : 0;
    const labelValue = props.labelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE;
    this.placement = labelledNodes(Label.RAY_HEAD_NODE, labelValue);
    this.pool = new RenderedObject(this, 'Resource', {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: this.clusterScopedName('head') },
      spec: headNodePoolSpec({
        ...nodeChoice(this, props, props.capacityTypes ?? [CapacityType.ON_DEMAND]),
        labelValue,
        cpuLimit: props.cpuLimit ?? ClusterDefaults.HEAD_POOL_CPU_LIMIT,
        staticNodes: props.staticNodes,
      }),
    });
    registerPool(this, `${Label.RAY_HEAD_NODE}=${labelValue}`);
    checkAtSynth(this, remembered(() => [this.pool.content(), ...this.tenants.map(({ cluster }) => cluster())], () => this.findings()));
    this.keepWarm();
  }

  /** Takes in the head of one more cluster. */
  public admit(tenant: HeadPoolTenant): Placement {
    this.tenants.push(tenant);
    return this.placement;
  }

  private findings(): Finding[] {
    const spec = this.pool.content().spec as NodePoolV1Spec;
    const { target } = this.first;
    const { staticNodes, instanceFamilies = [] } = this.props;
    const misshapen = checkNodePoolShape(spec, target);
    if (misshapen.length > 0) { return misshapen; }
    const capacity = capacityOf(spec);
    const heads = this.tenants.map(({ label, cluster }) => ({ label, pod: emittedHead(cluster()) }));
    const headCpus = heads.map(({ pod }) => pod.cpus);
    return [
      ...checkHeadNodePool(spec, target),
      ...heads.flatMap(({ label, pod }) => checkPodOnPool({ at: `head of "${label}"`, pod, node: capacity.node, total: {} }, target)),
      ...(staticNodes === undefined ? checkHeadsOnPool({ cpuLimit: capacity.total.cpus, warmNodes: this.warmNodes, headCpus }, target) : []),
      ...adviseOnHeadNodePool({ warmNodes: staticNodes ?? this.warmNodes, instanceFamilies }, target),
    ];
  }

  private keepWarm(): void {
    if (this.warmNodes === 0) {
      return;
    }
    const priorityClassName = this.clusterScopedName('keep-warm');
    new ApiObject(this, 'KeepWarmPriority', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: priorityClassName },
      ...KEEP_WARM_PRIORITY,
    });
    const { label, namespaceName } = this.first;
    const largest = (amount: (tenant: HeadPoolTenant) => number) => Math.max(...this.tenants.map(amount));
    const produce = () => keepWarmSpec({
      label,
      nodes: this.warmNodes,
      cpus: largest(({ cpus }) => cpus),
      memoryBytes: largest(({ memoryBytes }) => memoryBytes),
      placement: this.placement,
      priorityClassName,
    });
    new ApiObject(this, 'KeepWarm', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: objectName({ parts: [label, 'keep-warm'], limit: NameLimit.LABEL }), namespace: namespaceName },
      spec: Lazy.any({ produce }),
    });
  }

  private clusterScopedName(suffix: string): string {
    return objectName({ parts: [this.first.namespaceName, this.first.label, suffix], limit: NameLimit.LABEL });
  }
}
