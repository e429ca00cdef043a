import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { requireWhole } from './amounts';
import { CapacityType } from './capacity-type';
import { KarpenterHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { checkAtSynth } from './synth-checks';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { HeadNodePoolSpec, headNodePoolSpec } from '../spec/head-node-pool';
import { invalidValue } from '../spec/invalid-value';
import { keepWarmSpec } from '../spec/keep-warm';
import { Target } from '../spec/kuberay-versions';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { NodePoolV1Spec } from '../spec/node-pool-types';
import { labelledNodes, Placement } from '../spec/placement';
import { KEEP_WARM_PRIORITY } from '../spec/priorities';
import { adviseOnHeadNodePool, checkHeadNodePool } from '../spec/rules/check';

/** API group of Karpenter's node classes on AWS. */
const AWS = 'karpenter.k8s.aws';

const DEFAULT_CPU_LIMIT = 32;

/** The cluster whose head the pool is for. */
export interface HeadPoolTenant {
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespaceName: string;
  readonly target: Target;
  /** What the head pod needs, sidecar included. */
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface KarpenterHeadNodePoolProps extends KarpenterHeadNodePoolOptions, HeadPoolTenant {}

/** A Karpenter NodePool for heads, and the Deployment that keeps nodes of it warm. */
export class KarpenterHeadNodePool extends Construct {
  public readonly placement: Placement;

  constructor(scope: Construct, id: string, private readonly props: KarpenterHeadNodePoolProps) {
    super(scope, id);
    requireWhole(this, 'warmNodes', props.warmNodes, 0);
    requireWhole(this, 'cpuLimit', props.cpuLimit ?? DEFAULT_CPU_LIMIT, (1 + this.warmNodes()) * props.cpus); // or a head would never find a node
    this.requireFamiliesToBeKnown();
    this.placement = labelledNodes(Label.RAY_HEAD_NODE, this.labelValue());
    const pool = new ApiObject(this, 'Resource', {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: this.clusterScopedName('head') },
      spec: headNodePoolSpec(this.poolProps()),
    });
    checkAtSynth(this, () => [
      ...checkHeadNodePool(pool.toJson().spec as NodePoolV1Spec, props.target),
      ...adviseOnHeadNodePool({ warmNodes: this.warmNodes(), instanceFamilies: props.instanceFamilies ?? [] }, props.target),
    ]);
    this.keepWarm(this.warmNodes());
  }

  private labelValue(): string {
    return this.props.labelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE;
  }

  private warmNodes(): number {
    return this.props.warmNodes ?? 1;
  }

  private requireFamiliesToBeKnown(): void {
    const { instanceFamilies = [], nodeClass } = this.props;
    const group = nodeClass?.group ?? AWS;
    if (instanceFamilies.length > 0 && group !== AWS) {
      const expected = `nothing with a node class of ${group}: families are a notion of ${AWS}`;
      throw invalidValue({ path: this.node.path, at: 'instanceFamilies', got: instanceFamilies, expected, fix: 'say it in the node class' });
    }
  }

  private poolProps(): HeadNodePoolSpec {
    const { nodeClass, instanceFamilies = [], capacityTypes = [CapacityType.ON_DEMAND], architecture = 'amd64', cpuLimit = DEFAULT_CPU_LIMIT } = this.props;
    return {
      labelValue: this.labelValue(),
      capacityTypes,
      instanceFamilies,
      architecture,
      nodeClass: { group: nodeClass?.group ?? AWS, kind: nodeClass?.kind ?? 'EC2NodeClass', name: nodeClass?.name ?? 'default' },
      cpuLimit,
    };
  }

  private keepWarm(nodes: number): void {
    if (nodes === 0) {
      return;
    }
    const priorityClassName = this.clusterScopedName('keep-warm');
    new ApiObject(this, 'KeepWarmPriority', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: priorityClassName },
      ...KEEP_WARM_PRIORITY,
    });
    new ApiObject(this, 'KeepWarm', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: objectName({ parts: [this.props.label, 'keep-warm'], limit: NameLimit.LABEL }), namespace: this.props.namespaceName },
      spec: keepWarmSpec({ ...this.props, nodes, placement: this.placement, priorityClassName }),
    });
  }

  private clusterScopedName(suffix: string): string {
    return objectName({ parts: [this.props.namespaceName, this.props.label, suffix], limit: NameLimit.LABEL });
  }
}
