import { Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { requireWhole, wholeSeconds } from './amounts';
import { CloudIdentity } from './cloud-identity';
import { ClusterDraft } from './cluster-draft';
import { requireClusterOptions } from './cluster-options';
import { ContentNamedObject } from './content-named-object';
import { requireNamespace, requireServiceAccountName } from './given-names';
import { OPTIONS } from './known-options';
import { labelOf } from './label';
import { NetworkIsolation } from './network-isolation';
import { requireTexts, requireTextsByName } from './plain-options';
import { RayClusterOptions } from './ray-cluster-options';
import { remembered } from './remembered';
import { requireKnown, requireOptions } from './require-options';
import { checkAtSynth } from './synth-checks';
import { WorkerGroupOptions } from './worker-group';
import { invalidValue } from '../spec/invalid-value';
import { defaultStartLimitSeconds, JobTimes } from '../spec/job-times';
import { DEFAULT_KUEUE, fixedAdmission } from '../spec/kueue';
import { hashOf, NameLimit, withHash } from '../spec/names';
import { inOneOrder } from '../spec/one-order';
import { INT32_MAX } from '../spec/quantities';
import { RAY_JOB_LABEL_LIMIT, rayJobSpec } from '../spec/ray-job';
import { RayJobV1Spec } from '../spec/ray-job-types';
import { RayObject } from '../spec/ray-object';
import { adviseOnEnvironment, checkGuardedCluster, checkNameReads, checkQueuedJob, checkRayJob } from '../spec/rules/check';
import { completeJob } from '../spec/rules/complete';
import { below } from '../spec/rules/rule';

/** What a {@link RayJob} needs beyond its defaults. */
export interface RayJobProps extends RayClusterOptions {
  /** Namespace of the job. Must exist. */
  readonly namespaceName: string;

  /**
   * Program and arguments, run on the head: `['python', '-m', 'features.train', '--epochs', '3']`.
   *
   * Two shells read it on its way. Arguments with characters that they would read differently are refused: put those into a file of the image.
   */
  readonly command: string[];

  /**
   * Environment of the job and its tasks. No secrets: it is readable in the submitter's pod.
   *
   * @default - none
   */
  readonly environmentVariables?: { [name: string]: string };

  /**
   * How long all of it may take, the start of the cluster included.
   *
   * @default Duration.hours(24)
   */
  readonly timeLimit?: Duration;

  /**
   * How long the cluster may take until the command runs. KubeRay before 1.6 knows no such limit; there `timeLimit` holds alone.
   *
   * @default - half an hour, or half of `timeLimit` when that is less
   */
  readonly startLimit?: Duration;

  /**
   * How long the cluster stays when the command has ended, for a look at its dashboard.
   *
   * @default Duration.minutes(5)
   */
  readonly keepFinished?: Duration;

  /**
   * Further attempts when the command fails or the cluster doesn't start, each with a new cluster.
   *
   * @default 0
   */
  readonly retries?: number;

  /**
   * Service account of head, workers and submitter. It must exist, with the rights of Ray's autoscaler.
   *
   * @default - KubeRay makes one for the head
   */
  readonly serviceAccountName?: string;

  /**
   * Who the Ray pods are to a cloud. The annotations that it needs belong on the service account, which is not made here.
   *
   * @default - nobody
   */
  readonly cloudIdentity?: CloudIdentity;

  /**
   * Which traffic the Ray pods may have.
   *
   * @default NetworkIsolation.enforced()
   */
  readonly networkIsolation?: NetworkIsolation;
}

/**
 * A command with a Ray cluster of its own, which comes before it and goes after it, however it ends.
 *
 * A job runs once. KubeRay heeds no change of a job that exists, so other content is another job, under another name. To run the same again, delete
 * the object and apply it once more.
 *
 * @example
 *
 * import { Chart, Size } from 'cdk8s';
 * import { HeadNodePool, RayImage, RayJob } from 'geneva-constructs';
 *
 * declare const chart: Chart;
 * const job = new RayJob(chart, 'train', {
 *   namespaceName: 'ml',
 *   image: RayImage.fromRegistry('ghcr.io/acme/train:1', { rayVersion: '2.54.0', pythonVersion: '3.12' }),
 *   headPool: HeadNodePool.fromLabelledNodes(),
 *   command: ['python', '-m', 'features.train'],
 * });
 * job.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 4 });
 */
export class RayJob extends Construct {
  /** The part of the name that stays when the content changes. Also the value of the label `geneva-constructs/cluster` on every Ray pod. */
  public readonly label: string;

  private readonly draft: ClusterDraft;
  private readonly complete = remembered(() => [this.emitted().spec], () => completeJob(this.emitted().spec));
  private readonly resource: ContentNamedObject;
  private readonly times: { readonly timeLimitSeconds: number; readonly startLimitSeconds: number; readonly keepFinishedSeconds: number };

  /**
   * @param scope what the job belongs to
   * @param id name of the construct in its scope
   * @param props what it runs, and on what
   * @throws when a single value can't be meant; what spans several is said at synth, all at once
   */
  constructor(scope: Construct, id: string, private readonly props: RayJobProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.RAY_JOB);
    if (new.target === RayJob) { requireKnown(this.node.path, props, OPTIONS.RAY_JOB); }
    requireClusterOptions(this, props);
    const namespaceName = requireNamespace(this, props.namespaceName);
    requireServiceAccountName(this, props.serviceAccountName);
    requireCommand(this.node.path, props);
    this.label = labelOf(this, 'id', id, RAY_JOB_LABEL_LIMIT);
    requireWhole(this.node.path, 'retries', props.retries, 0, INT32_MAX);
    const timeLimitSeconds = wholeSeconds(this.node.path, 'timeLimit', props.timeLimit, 1, INT32_MAX) ?? JobTimes.LIMIT_SECONDS;
    this.times = {
      timeLimitSeconds,
      startLimitSeconds: wholeSeconds(this.node.path, 'startLimit', props.startLimit, 1, INT32_MAX) ?? defaultStartLimitSeconds(timeLimitSeconds),
      keepFinishedSeconds: wholeSeconds(this.node.path, 'keepFinished', props.keepFinished, 0, INT32_MAX) ?? JobTimes.KEEP_FINISHED_SECONDS,
    };
    const { networkIsolation = NetworkIsolation.enforced() } = props;
    const identity = props.cloudIdentity?._spec();
    const podLabels = { ...props.podLabels, ...identity?.podLabels };
    this.draft = new ClusterDraft(this, { ...props, podLabels, label: this.label, emitted: () => this.complete().rayClusterSpec ?? {} });
    networkIsolation._bind(this, { label: this.label, namespaceName, hasSubmitter: true, identityEndpoints: identity?.endpoints });
    const { target } = this.draft;
    const metadata = { ...this.draft.metadata, name: this.label, namespace: namespaceName };
    const object = { apiVersion: 'ray.io/v1', kind: 'RayJob', metadata, spec: Lazy.any({ produce: () => this.render() }) };
    const fix = 'drop it; the part of the name that stays is the id of the construct';
    this.resource = new ContentNamedObject(this, 'Resource', object, { nameOf: (spec) => this.nameOf(spec), revision: () => this.draft.revision, fix });
    const kueue = props.queueAdmission?._target() ?? DEFAULT_KUEUE;
    checkAtSynth(this, remembered(() => [this.resource.content(), this.resource.namesRead.size], () => {
      const emitted = this.emitted();
      return [
        ...checkNameReads({ name: emitted.metadata.name, read: [...this.resource.namesRead] }, target),
        ...checkRayJob(emitted, target),
        ...below('rayClusterSpec', checkGuardedCluster({ label: this.label, spec: this.complete().rayClusterSpec ?? {} }, target)),
        ...checkQueuedJob({ ...emitted, spec: this.complete(), kueue }, target),
        ...adviseOnEnvironment({ isolated: networkIsolation.isIsolated }, target),
      ];
    }));
  }

  /**
   * Adds workers of one size. They start when tasks wait for them and leave when they idle.
   *
   * @param id name of the group
   * @param options size and number
   * @throws when a value can't be meant
   */
  public addWorkerGroup(id: string, options: WorkerGroupOptions): void {
    this.draft.addWorkerGroup(id, options);
  }

  private emitted(): RayObject<RayJobV1Spec> {
    return this.resource.content() as RayObject<RayJobV1Spec>;
  }

  private nameOf(spec: object): string {
    const content = { ...inOneOrder(spec) as object, admission: fixedAdmission(this.draft.admission) };
    return withHash(this.label, hashOf(content), NameLimit.RAY_JOB);
  }

  private render(): RayJobV1Spec {
    const { command, environmentVariables = {}, image, serviceAccountName, retries } = this.props;
    return rayJobSpec({
      clusterLabel: this.label,
      target: this.draft.target,
      cluster: this.draft.render(),
      command,
      environment: environmentVariables,
      image: image.image,
      serviceAccountName,
      placement: this.draft.placement,
      ...this.times,
      retries: retries ?? 0,
    });
  }
}

/** Where no types do: a line for a shell in place of program and arguments, and variables that are no text. */
function requireCommand(path: string, { command, environmentVariables }: RayJobProps): void {
  if (typeof command === 'string' || command === undefined || command === null) {
    const words = typeof command === 'string' && /\S/.test(command) ? String(command).trim().split(/\s+/) : ['python', '-m', 'features.train'];
    throw invalidValue({ path, at: 'command', got: command, expected: 'program and arguments, as a list', fix: `command: ${JSON.stringify(words)}` });
  }
  requireTexts({ path, at: 'command', got: command }, '"python"');
  requireTextsByName({ path, at: 'environmentVariables', got: environmentVariables }, '{ "LOG_LEVEL": "debug" }');
}
