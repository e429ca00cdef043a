import { ApiObject, ApiObjectProps, Chart, Lazy } from 'cdk8s';
import { IServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { BackfillJob, BackfillOptions } from './backfill-job';
import { CloudIdentity } from './cloud-identity';
import { requireClusterOptions } from './cluster-options';
import { GenevaClientConfig, GenevaClientConfigOptions } from './geneva-client-config';
import { requireNamespace } from './given-names';
import { ImagePrePull, ImagePrePullOptions } from './image-pre-pull';
import { ScheduleSubmitterOptions } from './job-schedule';
import { JobWorkersOptions } from './job-workers';
import { OPTIONS } from './known-options';
import { labelOf } from './label';
import { LastingClusterOptions } from './lasting-cluster-options';
import { MaterializedViewJob, MaterializedViewOptions } from './materialized-view-job';
import { NetworkIsolation } from './network-isolation';
import { RayCluster } from './ray-cluster';
import { RayMonitoring, RayMonitoringOptions } from './ray-monitoring';
import { remembered } from './remembered';
import { requireObjectIfGiven } from './require-object';
import { onlyKnown, requireKnown, requireOptions } from './require-options';
import { RunClusterOptions } from './run-cluster-options';
import { RunClusters } from './run-clusters';
import { ScheduleSubmitter, requireScheduleSubmitter } from './schedule-submitter';
import { SubmitterAccess, SubmitterAccessOptions } from './submitter-access';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { WorkerGroupOptions } from './worker-group';
import { WorkspaceBundle } from './workspace-bundle';
import { bundledUdfs } from '../descriptor/bundled-udfs';
import { describeStack } from '../descriptor/describe-stack';
import { JobDescriptor, MaterializedViewDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, StackDescriptor } from '../descriptor/stack-descriptor';
import { CLUSTER_LABEL_LIMIT } from '../spec/cluster-name';
import { invalidValue } from '../spec/invalid-value';
import { Target } from '../spec/kuberay-versions';
import { NameLimit, objectName, stackConfigMapName } from '../spec/names';
import { RAY_POD_ACCESS, RBAC } from '../spec/pod-access';
import { adviseOnBundledUdfs, adviseOnEnvironment, checkImagePython, checkJobPlacement, checkViews } from '../spec/rules/check';
import { Finding } from '../spec/rules/rule';
import { DEFAULT_SERVICE_ACCOUNT } from '../spec/service-account';

/** What a {@link ComputeEnvironment} needs beyond its defaults. */
export interface ComputeEnvironmentProps extends LastingClusterOptions {
  /**
   * The code of the jobs.
   *
   * @default - none: functions must be in the image
   */
  readonly workspace?: WorkspaceBundle;

  /**
   * Name of the environment, by which it is found in the manifests. At most 41 lower case letters, digits and dashes.
   *
   * @default - the construct's id, made into such a name
   */
  readonly environmentName?: string;

  /**
   * Namespace to make and to put everything into. Can't be given when the chart has one: that one is used then, and must exist.
   *
   * @default - a namespace with the name of the environment
   */
  readonly namespaceName?: string;

  /**
   * Service account of the Ray pods; it gets the rights that Ray's autoscaler needs.
   *
   * @default - one called `geneva-service-account` is made
   */
  readonly serviceAccount?: IServiceAccount;

  /**
   * Who the Ray pods are to a cloud. Can't be given with a service account from elsewhere if it needs annotations there.
   *
   * @default - nobody: tables and bundles are reachable without credentials
   */
  readonly cloudIdentity?: CloudIdentity;

  /**
   * Which traffic the Ray pods may have.
   *
   * @default NetworkIsolation.enforced()
   */
  readonly networkIsolation?: NetworkIsolation;

  /**
   * What submits the jobs that have a schedule. Needed when one has.
   *
   * @default - nothing: jobs have no schedule
   */
  readonly scheduleSubmitter?: ScheduleSubmitterOptions;

  /**
   * Limits of the clusters of jobs whose runs have one each: `clusterPerRun`.
   *
   * @default - a day for a run, half an hour for its start
   */
  readonly runClusters?: RunClusterOptions;
}

/**
 * All that column backfills and materialized views need to run: nodes for the head, a Ray cluster on them, an identity, network rules, the
 * bundle of the code, the jobs, and the stack descriptor by which `geneva-stack` finds all that.
 *
 * What it emits can be changed by `ApiObject.of(...)` on `cluster`, or on the children `Namespace`, `ServiceAccount`, `Role`, `RoleBinding`,
 * `RayCluster` and `Descriptor` and on those of `NetworkIsolation`, whose ids don't change.
 *
 * @example
 *
 * import { App, Chart, Size } from 'cdk8s';
 * import { ComputeEnvironment, HeadNodePool, RayImage } from 'geneva-constructs';
 *
 * const chart = new Chart(new App(), 'features');
 * const env = new ComputeEnvironment(chart, 'features', {
 *   image: RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.54.0', pythonVersion: '3.12' }),
 *   headPool: HeadNodePool.karpenter(),
 * });
 * env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8 });
 * env.addBackfill('captions', {
 *   table: 's3://acme/images.lance',
 *   column: 'caption',
 *   udf: 'features.caption:caption',
 *   workerGroup: 'gpu',
 *   gpusPerWorker: 1,
 * });
 */
export class ComputeEnvironment extends Construct {
  /** Name of the environment. */
  public readonly name: string;

  /** Namespace that everything is in. */
  public readonly namespaceName: string;

  /** Service account of the Ray pods. */
  public readonly serviceAccountName: string;

  /** The Ray cluster that jobs run on. */
  public readonly cluster: RayCluster;

  private readonly jobs: JobDescriptor[] = [];
  private readonly props: ComputeEnvironmentProps;
  private readonly runClusters: RunClusters;
  private submitter?: ScheduleSubmitter;

  /**
   * @param scope a chart, or a construct in one
   * @param id name of the construct in its scope
   * @param props what it needs beyond its defaults
   * @throws when a single value can't be meant; what spans several is said at synth, all at once
   */
  constructor(scope: Construct, id: string, props: ComputeEnvironmentProps) {
    super(scope, id);
    this.props = props;
    requireOptions(this.node.path, props, OPTIONS.COMPUTE_ENVIRONMENT);
    if (new.target === ComputeEnvironment) { requireKnown(this.node.path, props, OPTIONS.COMPUTE_ENVIRONMENT); }
    requireClusterOptions(this, props);
    this.checkParts(props);
    this.checkPython(props);
    this.name = labelOf(this, 'environmentName', props.environmentName ?? id, CLUSTER_LABEL_LIMIT);
    this.namespaceName = this.provideNamespace(props.namespaceName);
    this.serviceAccountName = this.provideServiceAccount(props.serviceAccount);
    this.grantAccess();
    const identity = props.cloudIdentity?._spec();
    this.cluster = new RayCluster(this, 'RayCluster', {
      ...onlyKnown(props, OPTIONS.LASTING_CLUSTER), ...this.names(), podLabels: { ...props.podLabels, ...identity?.podLabels },
    });
    this.isolation()._bind(this, { label: this.name, namespaceName: this.namespaceName, identityEndpoints: identity?.endpoints });
    this.runClusters = new RunClusters(this, props.runClusters ?? {}, targetOf(props.kuberay));
    this.emitDescriptor();
    this.node.defaultChild = this.cluster;
    const target = targetOf(props.kuberay);
    const state = () => [this.jobs.length, this.cluster._spec()];
    checkAtSynth(this, remembered(state, () => [
      ...checkImagePython(props.image, target),
      ...this.misplacedJobs(target),
      ...this.unshippedUdfs(target),
      ...(this.runClusters.isUsed ? this.runClusters.findings(this._describe().runClusters) : []),
      ...checkViews({ views: this.jobs.filter(isView) }, target),
      ...adviseOnEnvironment({ isolated: this._isIsolated() }, target),
    ]));
  }

  /**
   * Adds workers of one size. They start when tasks wait for them and leave when they idle.
   *
   * @param id name of the group, by which jobs ask for it
   * @param options size and number
   * @throws when a value can't be meant
   */
  public addWorkerGroup(id: string, options: WorkerGroupOptions): void {
    this.cluster.addWorkerGroup(id, options);
  }

  /**
   * Adds a job that fills one column of a table.
   *
   * @param id name of the job, by which it is submitted
   * @param options what it computes
   * @throws when a value can't be meant
   */
  public addBackfill(id: string, options: BackfillOptions): BackfillJob {
    return new BackfillJob(this, id, { ...options, environment: this });
  }

  /**
   * Adds a job that refreshes a materialized view.
   *
   * @param id name of the job, by which it is submitted
   * @param options what the view holds
   * @throws when a value can't be meant
   */
  public addMaterializedView(id: string, options: MaterializedViewOptions): MaterializedViewJob {
    return new MaterializedViewJob(this, id, { ...options, environment: this });
  }

  /**
   * Has the environment watched by the Prometheus operator and Grafana.
   *
   * @param options how it differs from the defaults
   * @throws when the interval is no time
   */
  public addMonitoring(options: RayMonitoringOptions = {}): RayMonitoring {
    return new RayMonitoring(this, 'Monitoring', { ...options, environment: this });
  }

  /**
   * Has images pulled onto nodes before a pod needs them.
   *
   * @param options onto which nodes, beside those of the head
   */
  public addImagePrePull(options: ImagePrePullOptions = {}): ImagePrePull {
    return new ImagePrePull(this, 'ImagePrePull', { ...options, environment: this });
  }

  /**
   * Lets people submit jobs by `geneva-stack --target cluster`.
   *
   * @param options who
   * @throws when nobody is named
   */
  public addSubmitters(options: SubmitterAccessOptions): SubmitterAccess {
    return new SubmitterAccess(this, 'Submitters', { ...options, environment: this });
  }

  /**
   * Tells Geneva of the environment, for users who have a licensed client of it.
   *
   * @param options from where it comes, and what it installs
   */
  public addGenevaClientConfig(options: GenevaClientConfigOptions = {}): GenevaClientConfig {
    return new GenevaClientConfig(this, 'GenevaClientConfig', { ...options, environment: this });
  }

  /**
   * Whether NetworkPolicies say which traffic the Ray pods may have.
   *
   * @internal
   */
  public _isIsolated(): boolean {
    return this.isolation().isIsolated;
  }

  /**
   * What the environment came to be. Complete at synth, and not before.
   *
   * @internal
   */
  public _describe(): StackDescriptor {
    const { image, workspace } = this.props;
    const cluster = this.cluster._currentName();
    const { rayVersion, authOptions, headGroupSpec: head } = this.cluster._spec();
    const tokenAuth = authOptions?.mode === 'token';
    return describeStack({
      name: this.name,
      namespace: this.namespaceName,
      serviceAccountName: this.serviceAccountName,
      cluster,
      image: head?.template.spec.containers[0]?.image ?? image.image,
      rayVersion: rayVersion ?? image.rayVersion,
      pythonVersion: image.pythonVersion,
      tokenAuth,
      workers: this.cluster._workerGroups(),
      bundle: workspace && { digest: workspace.digest, store: workspace.store.url },
      jobs: this.jobs,
      runClusters: this.runClusters.describe(this.cluster, this.name, tokenAuth ? cluster : undefined),
    });
  }

  /**
   * Name of the ConfigMap of the stack descriptor.
   *
   * @internal
   */
  public _descriptorName(): string {
    return stackConfigMapName(this.name);
  }

  /**
   * Takes a job up into the descriptor, and submits it at its times.
   *
   * @internal
   */
  public _addJob(job: JobDescriptor, { schedule, clusterPerRun = false }: JobWorkersOptions): void {
    if (this.jobs.some((other) => other.name === job.name)) {
      throw invalidValue({ path: this.node.path, at: 'job', got: job.name, expected: 'a name that no other job of the environment has', fix: 'give one of the two another id' });
    }
    if (clusterPerRun && schedule !== undefined) {
      const expected = 'one of the two: who submits by a schedule has no rights to make clusters';
      throw invalidValue({ path: this.node.path, at: `job "${job.name}" clusterPerRun`, got: 'true, with a schedule', expected, fix: 'drop one of the two' });
    }
    this.jobs.push(job);
    if (clusterPerRun) { this.runClusters.add(job.name); }
    if (schedule !== undefined) {
      this.submitter ??= this.provideSubmitter(job.name);
      this.submitter.add(job.name, schedule);
    }
  }

  /** Where no types do: parts that belong to the environment alone. */
  private checkParts({ serviceAccount, scheduleSubmitter }: ComputeEnvironmentProps): void {
    const { path } = this.node;
    const name = JSON.stringify(typeof serviceAccount === 'string' ? serviceAccount : 'ray');
    const fix = `serviceAccount: ServiceAccount.fromServiceAccountName(this, 'Account', ${name}), of cdk8s-plus`;
    requireObjectIfGiven(path, { at: 'serviceAccount', got: serviceAccount, has: 'name', expected: 'a service account of cdk8s-plus', fix });
    if (scheduleSubmitter !== undefined) { requireScheduleSubmitter(path, scheduleSubmitter); }
  }

  /** What is compiled for one Python can't be imported by another. */
  private checkPython({ workspace, image }: ComputeEnvironmentProps): void {
    const bundled = workspace?.pythonVersion;
    if (bundled !== undefined && bundled !== image.pythonVersion) {
      throw invalidValue({
        path: this.node.path,
        at: 'workspace',
        got: `packages or compiled modules for Python ${bundled}`,
        expected: `such for Python ${image.pythonVersion}, which the image has`,
        fix: 'install or build them with that Python, or leave packages to the image: SitePackages.inImage()',
      });
    }
  }

  private provideNamespace(wanted: string | undefined): string {
    const given = Chart.of(this).namespace;
    if (given === undefined) {
      const name = requireNamespace(this, wanted ?? this.name);
      new ApiObject(this, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      return name;
    }
    if (wanted !== undefined) {
      throw invalidValue({ path: this.node.path, at: 'namespaceName', got: wanted, expected: `nothing, since the chart puts everything into "${given}"`, fix: 'drop one of the two' });
    }
    return requireNamespace(this, given);
  }

  private provideServiceAccount(given: IServiceAccount | undefined): string {
    const annotations = this.props.cloudIdentity?._spec().accountAnnotations ?? {};
    if (given === undefined) {
      const metadata = { name: DEFAULT_SERVICE_ACCOUNT, namespace: this.namespaceName, annotations };
      return new ApiObject(this, 'ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }).name;
    }
    if (Object.keys(annotations).length > 0) {
      throw invalidValue({
        path: this.node.path,
        at: 'cloudIdentity',
        got: annotations,
        expected: `no annotations for "${given.name}", which is not made here`,
        fix: 'drop serviceAccount to have one made; or drop cloudIdentity and annotate the account, with podLabels where the cloud wants them',
      });
    }
    const { namespace } = given.toSubjectConfiguration();
    if (ApiObject.isApiObject(given.node.defaultChild) && namespace !== this.namespaceName) {
      throw invalidValue({
        path: this.node.path,
        at: `namespace of serviceAccount "${given.name}"`,
        got: namespace,
        expected: `"${this.namespaceName}", where the Ray pods are`,
        fix: `make it with metadata: { namespace: '${this.namespaceName}' }`,
      });
    }
    return given.name;
  }

  private grantAccess(): void {
    const apiVersion = `${RBAC}/v1`;
    const name = objectName({ parts: [this.name, 'ray'], limit: NameLimit.SUBDOMAIN });
    this.emit('Role', { apiVersion, kind: 'Role', rules: RAY_POD_ACCESS }, name);
    this.emit('RoleBinding', {
      apiVersion,
      kind: 'RoleBinding',
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: this.serviceAccountName, namespace: this.namespaceName }],
    }, name);
  }

  private emitDescriptor(): void {
    const produce = () => JSON.stringify(this._describe(), null, 2);
    const labels = { [STACK_DESCRIPTOR_LABEL]: 'v1' };
    this.emit('Descriptor', { apiVersion: 'v1', kind: 'ConfigMap', data: { [STACK_DESCRIPTOR_KEY]: Lazy.any({ produce }) } }, this._descriptorName(), labels);
  }

  private isolation(): NetworkIsolation {
    return this.props.networkIsolation ?? NetworkIsolation.enforced();
  }

  private provideSubmitter(job: string): ScheduleSubmitter {
    const { scheduleSubmitter } = this.props;
    if (scheduleSubmitter === undefined) {
      const expected = 'a submitter, since a job has a schedule';
      throw invalidValue({ path: this.node.path, at: 'scheduleSubmitter', got: `nothing for job "${job}"`, expected, fix: "scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' }" });
    }
    const { name: label, namespaceName } = this;
    return new ScheduleSubmitter(this, 'Submitter', { ...scheduleSubmitter, label, namespaceName, target: targetOf(this.props.kuberay), isolated: this._isIsolated(), describe: () => this._describe() });
  }

  private names(): { label: string; namespaceName: string; serviceAccountName: string } {
    return { label: this.name, namespaceName: this.namespaceName, serviceAccountName: this.serviceAccountName };
  }

  private emit(id: string, object: ApiObjectProps, name: string, labels?: { [key: string]: string }): ApiObject {
    return new ApiObject(this, id, { ...object, metadata: { name, namespace: this.namespaceName, labels } });
  }

  /** Jobs that no worker can run. Found late, since groups may be added after jobs. */
  private misplacedJobs(target: Target): Finding[] {
    const groups = this.cluster._workerGroups();
    return this.jobs.flatMap(({ name, workers }) => checkJobPlacement({
      job: name,
      group: workers?.group,
      cpus: workers?.numCpus,
      gpus: workers?.numGpus,
      memoryBytes: workers?.memoryBytes,
      concurrency: workers?.concurrency,
      groups,
    }, target));
  }

  /** Functions in modules that the bundle lacks. Without a bundle, all of them are the image's. */
  private unshippedUdfs(target: Target): Finding[] {
    const { workspace } = this.props;
    return workspace === undefined ? [] : adviseOnBundledUdfs(bundledUdfs(this.jobs, (module) => workspace._nameFound(module)), target);
  }
}

function isView(job: JobDescriptor): job is MaterializedViewDescriptor {
  return job.kind === 'materialized-view';
}
