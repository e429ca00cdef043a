import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { givenWholeBytes, requireGivenWhole, requireWhole, wholeBytes, wholeSeconds } from './amounts';
import { Authentication } from './authentication';
import { OPTIONS } from './known-options';
import { LastingClusterOptions } from './lasting-cluster-options';
import { requireObjectIfGiven } from './require-object';
import { requireKnown } from './require-options';
import { targetOf } from './target';
import { UpgradeStrategy } from './upgrade-strategy';
import { WorkerGroupOptions } from './worker-group';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { headDisruptionBudget } from '../spec/head-guard';
import { Target } from '../spec/kuberay-versions';
import { Admission, admissionMetadata } from '../spec/kueue';
import { NameLimit, objectName } from '../spec/names';
import { Placement } from '../spec/placement';
import { HEAD_PRIORITY } from '../spec/priorities';
import { INT32_MAX } from '../spec/quantities';
import { headPodSize, rayClusterSpec, WorkerSpec } from '../spec/ray-cluster';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';

/** A cluster that is being put together, and where it belongs. */
export interface ClusterDraftProps extends LastingClusterOptions {
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespaceName: string;
  readonly serviceAccountName?: string;
  /** The cluster as it is emitted, patches included. Not to be asked before synth. */
  readonly emitted: () => RayClusterV1Spec;
}

/** Gathers what a cluster is made of, and emits what guards its head; who owns it says in which object it stands. */
export class ClusterDraft {
  public readonly target: Target;
  public readonly placement: Placement;
  public readonly workers: WorkerSpec[] = [];
  /** How it waits for quota. Absent: not at all. */
  public readonly admission?: Admission;

  private readonly headSize: { readonly cpus: number; readonly memoryBytes: number };
  private readonly intervalSeconds?: number;
  private readonly priorityClassName: string;

  constructor(private readonly owner: Construct, private readonly props: ClusterDraftProps) {
    const { label, namespaceName, emitted: cluster } = props;
    this.target = targetOf(props.kuberay);
    requireWhole(owner.node.path, 'headCpu', props.headCpu, 1);
    const memoryBytes = wholeBytes(owner.node.path, 'headMemory', props.headMemory) ?? ClusterDefaults.HEAD_MEMORY_BYTES;
    this.headSize = { cpus: props.headCpu ?? ClusterDefaults.HEAD_CPUS, memoryBytes };
    this.intervalSeconds = wholeSeconds(owner.node.path, 'autoscalerInterval', props.autoscalerInterval, 1);
    const tenant = { label, namespaceName, target: this.target, ...headPodSize(this.headSize), cluster };
    this.placement = props.headPool._bind(owner, tenant);
    this.priorityClassName = objectName({ parts: [namespaceName, label, 'head'], limit: NameLimit.SUBDOMAIN });
    this.emitGuards();
    this.admission = props.queueAdmission?._bind(owner, { label, namespaceName });
  }

  public addWorkerGroup(id: string, options: WorkerGroupOptions): void {
    const at = `worker group "${id}"`;
    requireKnown(this.owner.node.path, options, OPTIONS.WORKER_GROUP, at);
    const memoryBytes = givenWholeBytes(this.owner.node.path, `${at} memory`, options.memory);
    requireGivenWhole(this.owner.node.path, `${at} cpu`, options.cpu, 1);
    requireWhole(this.owner.node.path, `${at} gpus`, options.gpus, 0);
    requireWhole(this.owner.node.path, `${at} priority`, options.priority, -(2 ** 31), INT32_MAX);
    const worker: WorkerSpec = {
      name: id,
      cpus: options.cpu,
      memoryBytes,
      gpus: options.gpus ?? 0,
      minReplicas: options.minReplicas ?? 0,
      maxReplicas: options.maxReplicas,
      idleTimeoutSeconds: wholeSeconds(this.owner.node.path, `${at} idleTimeout`, options.idleTimeout, 1, INT32_MAX) ?? ClusterDefaults.IDLE_TIMEOUT_SECONDS,
      priority: options.priority,
    };
    const fix = 'pool: WorkerNodePool.karpenter(), one object for all of the groups that share it';
    requireObjectIfGiven(this.owner.node.path, { at: `${at} pool`, got: options.pool, has: '_bind', expected: 'a WorkerNodePool', fix });
    const { label, namespaceName, emitted: cluster } = this.props;
    const tenant = { ...worker, groupName: id, label, namespaceName, target: this.target, cluster };
    this.workers.push({ ...worker, placement: options.pool?._bind(this.owner, tenant) });
  }

  public render(): RayClusterV1Spec {
    return rayClusterSpec({
      label: this.props.label,
      target: this.target,
      rayVersion: this.props.image.rayVersion,
      image: this.props.image.image,
      autoscaling: { upscalingMode: this.props.upscalingMode, intervalSeconds: this.intervalSeconds },
      upgradeStrategy: this.recreates ? 'Recreate' : undefined,
      isQueued: this.admission !== undefined,
      tokenAuth: this.props.authentication !== Authentication.NONE,
      serviceAccountName: this.props.serviceAccountName,
      podLabels: this.props.podLabels,
      head: { ...this.headSize, placement: this.placement, priorityClassName: this.priorityClassName },
      workers: this.workers,
    });
  }

  /** Grows with everything that is added. */
  public get revision(): number {
    return this.workers.length;
  }

  /** Labels and annotations of the object in which the cluster stands. */
  public get metadata(): { labels?: Record<string, string>; annotations?: Record<string, string> } {
    return this.admission === undefined ? {} : admissionMetadata(this.admission);
  }

  /** Whether a change of the declaration restarts the cluster in place. */
  public get recreates(): boolean {
    return this.props.upgradeStrategy === UpgradeStrategy.RECREATE;
  }

  private emitGuards(): void {
    const { label, namespaceName: namespace } = this.props;
    new ApiObject(this.owner, 'HeadPriority', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: this.priorityClassName },
      ...HEAD_PRIORITY,
    });
    new ApiObject(this.owner, 'HeadDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: objectName({ parts: [label, 'head'], limit: NameLimit.SUBDOMAIN }), namespace },
      spec: headDisruptionBudget(label),
    });
  }
}
