import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterDraft } from './cluster-draft';
import { requireClusterOptions } from './cluster-options';
import { ContentNamedObject } from './content-named-object';
import { requireNamespace, requireServiceAccountName } from './given-names';
import { OPTIONS } from './known-options';
import { labelOf } from './label';
import { LastingClusterOptions } from './lasting-cluster-options';
import { remembered } from './remembered';
import { requireKnown, requireOptions } from './require-options';
import { checkAtSynth } from './synth-checks';
import { WorkerGroupOptions } from './worker-group';
import { CLUSTER_LABEL_LIMIT, clusterName } from '../spec/cluster-name';
import { EmittedGroup, emittedGroups } from '../spec/emitted-groups';
import { DEFAULT_KUEUE, fixedAdmission } from '../spec/kueue';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { RayObject } from '../spec/ray-object';
import { checkGuardedCluster, checkNameReads, checkQueuedCluster, checkRayClusterObject } from '../spec/rules/check';
import { completeCluster } from '../spec/rules/complete';
import { Finding } from '../spec/rules/rule';

/** What a {@link RayCluster} needs beyond its defaults. */
export interface RayClusterProps extends LastingClusterOptions {
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
 * until somebody deletes it, with the jobs that run on it. With `UpgradeStrategy.RECREATE` the name stays instead, and the jobs go.
 *
 * The head's disruption budget also holds up node upgrades. To let one through, delete the PodDisruptionBudget `LABEL-head` and apply it again after.
 */
export class RayCluster extends Construct {
  /** The part of the name that stays when the content changes. Also the value of the label `geneva-constructs/cluster` on every pod. */
  public readonly label: string;

  private readonly draft: ClusterDraft;
  private readonly complete = remembered(() => [this.resource.content().spec], () => completeCluster(this.resource.content().spec));
  private readonly resource: ContentNamedObject;

  /**
   * @param scope what the cluster belongs to
   * @param id name of the construct in its scope
   * @param props what it needs beyond its defaults
   * @throws when a single value can't be meant; what spans several is said at synth, all at once
   */
  constructor(scope: Construct, id: string, props: RayClusterProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.RAY_CLUSTER);
    if (new.target === RayCluster) { requireKnown(this.node.path, props, OPTIONS.RAY_CLUSTER); }
    this.label = labelOf(this, 'label', props.label ?? id, CLUSTER_LABEL_LIMIT);
    requireClusterOptions(this, props);
    requireNamespace(this, props.namespaceName);
    requireServiceAccountName(this, props.serviceAccountName);
    this.draft = new ClusterDraft(this, { ...props, label: this.label, emitted: () => this._spec() });
    const spec = Lazy.any({ produce: () => this.draft.render() });
    const object = { apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { ...this.draft.metadata, name: this.label, namespace: props.namespaceName }, spec };
    const fix = 'drop it; the part of the name that stays is label on RayCluster, and environmentName on ComputeEnvironment';
    this.resource = new ContentNamedObject(this, 'Resource', object, { nameOf: (content) => this.nameOf(content), revision: () => this.draft.revision, fix });
    checkAtSynth(this, remembered(() => [this.resource.content(), this.resource.namesRead.size], () => this.findings(props)));
  }

  /**
   * Name of the RayCluster object, hash of the content included, unless it is recreated under the same name.
   *
   * Read it once everything was added: another worker group gives another name. A name that was read too early stops synth.
   */
  public get name(): string {
    return this.resource.name;
  }

  /**
   * Adds workers of one size. They start when tasks wait for them.
   *
   * @param id name of the group, by which jobs ask for it
   * @param options size and number
   * @throws when a value can't be meant
   */
  public addWorkerGroup(id: string, options: WorkerGroupOptions): void {
    this.draft.addWorkerGroup(id, options);
  }

  /**
   * The name that the content so far gives, for those who ask again when there is more of it.
   *
   * @internal
   */
  public _currentName(): string {
    return this.resource.content().metadata.name;
  }

  /**
   * What is emitted so far, patches included, with the parts that its readers rely on.
   *
   * @internal
   */
  public _spec(): RayClusterV1Spec {
    return this.complete();
  }

  /**
   * Labels and annotations by which it waits for quota.
   *
   * @internal
   */
  public _metadata(): { labels?: Record<string, string>; annotations?: Record<string, string> } {
    return this.draft.metadata;
  }

  /**
   * The worker groups that are emitted so far, patches included.
   *
   * @internal
   */
  public _workerGroups(): EmittedGroup[] {
    return emittedGroups(this._spec());
  }

  private nameOf(content: object): string {
    return this.draft.recreates ? this.label : clusterName(this.label, { ...content, admission: fixedAdmission(this.draft.admission) });
  }

  /** Checks what is emitted, patches included. */
  private findings({ queueAdmission }: RayClusterProps): Finding[] {
    const { target } = this.draft;
    const object = this.resource.content() as RayObject<RayClusterV1Spec>;
    return [
      ...checkNameReads({ name: object.metadata.name, read: [...this.resource.namesRead] }, target),
      ...checkRayClusterObject(object, target),
      ...checkGuardedCluster({ label: this.label, spec: this._spec() }, target),
      ...checkQueuedCluster({ ...object, spec: this._spec(), kueue: queueAdmission?._target() ?? DEFAULT_KUEUE }, target),
    ];
  }
}
