import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { bytes, requireWhole } from './amounts';
import { Authentication } from './authentication';
import { ContentNamedObject } from './content-named-object';
import { RayClusterOptions } from './ray-cluster-options';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { WorkerGroupOptions } from './worker-group';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { CLUSTER_LABEL_LIMIT, clusterName } from '../spec/cluster-name';
import { headDisruptionBudget } from '../spec/head-guard';
import { Target } from '../spec/kuberay-versions';
import { NameLimit, objectName } from '../spec/names';
import { Placement } from '../spec/placement';
import { HEAD_PRIORITY } from '../spec/priorities';
import { headPodSize, rayClusterSpec, WorkerSpec } from '../spec/ray-cluster';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { adviseOnRayCluster, checkNameReads, checkRayCluster, checkRayClusterName } from '../spec/rules/check';
import { Finding } from '../spec/rules/rule';

/** What a {@link RayCluster} needs beyond its defaults. */
export interface RayClusterProps extends RayClusterOptions {
  /** Namespace of the cluster. */
  readonly namespaceName: string;

  /**
   * The part of the cluster's name that stays when the content changes; at most 41 characters.
   *
   * @default - the construct's id
   */
  readonly label?: string;

  /**
   * Service account of head and workers. It must exist before the cluster does.
   *
   * @default - KubeRay makes one for the head; workers run under the namespace's default
   */
  readonly serviceAccountName?: string;
}

/**
 * A KubeRay cluster whose head is guarded and whose workers scale by Ray's autoscaler.
 *
 * Clusters are immutable: KubeRay doesn't roll changes out to running pods, so other content gets another name. The cluster of the old name stays
 * until somebody deletes it, with the jobs that run on it.
 *
 * The head's disruption budget also holds up node upgrades. To let one through, delete the PodDisruptionBudget `LABEL-head` and apply it again after.
 */
export class RayCluster extends Construct {
  /** The part of the name that stays when the content changes. Also the value of the label `geneva-constructs/cluster` on every pod. */
  public readonly label: string;

  private readonly props: RayClusterProps;
  private readonly target: Target;
  private readonly placement: Placement;
  private readonly workers: WorkerSpec[] = [];
  private readonly namesRead = new Set<string>();
  private readonly resource: ApiObject;
  private readonly priorityClassName: string;

  /**
   * @param scope what the cluster belongs to
   * @param id name of the construct in its scope
   * @param props what it needs beyond its defaults
   * @throws when a single value can't be meant; what spans several is said at synth, all at once
   */
  constructor(scope: Construct, id: string, props: RayClusterProps) {
    super(scope, id);
    this.props = props;
    this.target = targetOf(props.kuberay);
    this.label = objectName({ parts: [props.label ?? id], limit: CLUSTER_LABEL_LIMIT });
    requireWhole(this, 'headCpu', this.headSize().cpus, 1);
    requireWhole(this, 'headMemory', this.headSize().memoryBytes, 1);
    const { namespaceName } = props;
    this.placement = props.headPool._bind(this, { label: this.label, namespaceName, target: this.target, ...headPodSize(this.headSize()) });
    this.priorityClassName = objectName({ parts: [namespaceName, this.label, 'head'], limit: NameLimit.SUBDOMAIN });
    this.resource = this.emit();
    checkAtSynth(this, () => this.findings());
  }

  /**
   * Name of the RayCluster object, hash of the content included.
   *
   * Read it once everything was added: another worker group gives another name. A name that was read too early stops synth.
   */
  public get name(): string {
    const name = this._currentName();
    this.namesRead.add(name);
    return name;
  }

  /**
   * Adds workers of one size. They start when tasks wait for them.
   *
   * @param id name of the group, by which jobs ask for it
   * @param options size and number
   * @throws when a value can't be meant
   */
  public addWorkerGroup(id: string, options: WorkerGroupOptions): void {
    const at = `worker group "${id}"`;
    requireWhole(this, `${at} cpu`, options.cpu, 1);
    requireWhole(this, `${at} memory`, bytes(options.memory), 1);
    requireWhole(this, `${at} gpus`, options.gpus, 0);
    const worker: WorkerSpec = {
      name: id,
      cpus: options.cpu,
      memoryBytes: bytes(options.memory),
      gpus: options.gpus ?? 0,
      minReplicas: options.minReplicas ?? 0,
      maxReplicas: options.maxReplicas,
      idleTimeoutSeconds: options.idleTimeout?.toSeconds() ?? ClusterDefaults.IDLE_TIMEOUT_SECONDS,
    };
    const { namespaceName } = this.props;
    const tenant = { ...worker, groupName: id, label: this.label, namespaceName, target: this.target };
    this.workers.push({ ...worker, placement: options.pool?._bind(this, tenant) });
  }

  /**
   * The name that the content so far gives, for those who ask again when there is more of it.
   *
   * @internal
   */
  public _currentName(): string {
    return this.resource.name;
  }

  /**
   * The worker groups so far.
   *
   * @internal
   */
  public _workerGroups(): WorkerSpec[] {
    return [...this.workers];
  }

  private emit(): ApiObject {
    const { namespaceName: namespace } = this.props;
    new ApiObject(this, 'HeadPriority', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: this.priorityClassName },
      ...HEAD_PRIORITY,
    });
    new ApiObject(this, 'HeadDisruptionBudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: objectName({ parts: [this.label, 'head'], limit: NameLimit.SUBDOMAIN }), namespace },
      spec: headDisruptionBudget(this.label),
    });
    const spec = Lazy.any({ produce: () => this.render() });
    const object = { apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name: this.label, namespace }, spec };
    return new ContentNamedObject(this, 'Resource', object, (content) => clusterName(this.label, content));
  }

  private render(): RayClusterV1Spec {
    return rayClusterSpec({
      label: this.label,
      target: this.target,
      rayVersion: this.props.image.rayVersion,
      image: this.props.image.image,
      tokenAuth: this.props.authentication !== Authentication.NONE,
      serviceAccountName: this.props.serviceAccountName,
      head: { ...this.headSize(), placement: this.placement, priorityClassName: this.priorityClassName },
      workers: this.workers,
    });
  }

  private headSize(): { cpus: number; memoryBytes: number } {
    const { headCpu, headMemory } = this.props;
    return { cpus: headCpu ?? ClusterDefaults.HEAD_CPUS, memoryBytes: headMemory ? bytes(headMemory) : ClusterDefaults.HEAD_MEMORY_BYTES };
  }

  /** Checks what is emitted, patches included. */
  private findings(): Finding[] {
    const object = this.resource.toJson();
    const name = object.metadata.name as string;
    const spec = object.spec as RayClusterV1Spec;
    return [
      ...checkRayClusterName(name, this.target),
      ...checkNameReads({ name, read: [...this.namesRead] }, this.target),
      ...checkRayCluster(spec, this.target),
      ...adviseOnRayCluster(spec, this.target),
    ];
  }
}
