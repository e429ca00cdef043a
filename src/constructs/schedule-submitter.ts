import { posix } from 'path';
import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { wholeSeconds } from './amounts';
import { requireImageName } from './image-name';
import { JobSchedule, ScheduleSubmitterOptions } from './job-schedule';
import { OPTIONS } from './known-options';
import { requireObjectIfGiven } from './require-object';
import { requireKnown } from './require-options';
import { checkAtSynth } from './synth-checks';
import { STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, StackDescriptor } from '../descriptor/stack-descriptor';
import { IdentitySpec } from '../spec/identity';
import { invalidValue } from '../spec/invalid-value';
import { Target } from '../spec/kuberay-versions';
import { NameLimit, objectName } from '../spec/names';
import { identityPolicies, submitterPods, submitterPolicies } from '../spec/network-policies';
import { adviseOnScheduledCode, checkSchedule } from '../spec/rules/check';
import { CronJobSpec, MOUNTED_STACK, scheduledSubmitSpec, StackPlace } from '../spec/scheduled-submit';

const DAY_SECONDS = 24 * 3600;

/** What {@link ScheduleSubmitter} needs. */
interface ScheduleSubmitterProps extends ScheduleSubmitterOptions {
  readonly label: string;
  readonly namespaceName: string;
  readonly target: Target;
  /** Whether to say which traffic the submitters may have. */
  readonly isolated: boolean;
  /** What the environment came to be; asked for at synth. */
  readonly describe: () => StackDescriptor;
}

/** Refuses what could submit nothing: at the environment, before a job has a schedule. */
export function requireScheduleSubmitter(path: string, options: ScheduleSubmitterOptions): void {
  const at = 'scheduleSubmitter';
  requireKnown(path, options, OPTIONS.SCHEDULE_SUBMITTER, at);
  const { image, stackDirectory, cloudIdentity } = options;
  requireImageName(path, `${at}.image`, image, "scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' }");
  if (stackDirectory !== undefined && !(typeof stackDirectory === 'string' && posix.isAbsolute(stackDirectory))) {
    throw invalidValue({ path, at: `${at}.stackDirectory`, got: stackDirectory, expected: 'an absolute path in the image', fix: 'stackDirectory: "/app/dist"' });
  }
  const fix = 'cloudIdentity: CloudIdentity.eksPodIdentity()';
  requireObjectIfGiven(path, { at: `${at}.cloudIdentity`, got: cloudIdentity, has: '_spec', expected: 'a CloudIdentity', fix });
}

/** Submits the jobs of an environment that have a schedule, as an account with no rights. */
export class ScheduleSubmitter extends Construct {
  private readonly serviceAccountName: string;
  private readonly stack: StackPlace;
  private readonly identity?: IdentitySpec;

  constructor(scope: Construct, id: string, private readonly props: ScheduleSubmitterProps) {
    super(scope, id);
    this.serviceAccountName = this.name(NameLimit.SUBDOMAIN, 'submitter');
    this.identity = props.cloudIdentity?._spec();
    this.emit('ServiceAccount', 'v1', 'ServiceAccount', this.serviceAccountName, { automountServiceAccountToken: false }, this.identity?.accountAnnotations);
    this.stack = props.stackDirectory === undefined ? this.mountedStack() : { directory: props.stackDirectory };
    checkAtSynth(this, () => adviseOnScheduledCode({ digest: props.describe().bundle?.digest, stackDirectory: props.stackDirectory }, props.target));
    if (props.isolated) {
      const ofIdentity = identityPolicies('submitter-identity', submitterPods(props.label), this.identity?.endpoints ?? []);
      [...submitterPolicies(props.label), ...ofIdentity].forEach(({ suffix, spec }) =>
        this.emit(suffix, 'networking.k8s.io/v1', 'NetworkPolicy', this.name(NameLimit.SUBDOMAIN, suffix), { spec }));
    }
  }

  /** Submits a job at the times of a schedule. */
  public add(job: string, schedule: JobSchedule): void {
    const timeLimitSeconds = wholeSeconds(this.node.path, `job "${job}" timeLimit`, schedule.timeLimit, 1) ?? DAY_SECONDS;
    const spec = Lazy.any({ produce: () => this.render(job, schedule, timeLimitSeconds) });
    const cronJob = this.emit(`CronJob-${job}`, 'batch/v1', 'CronJob', this.name(NameLimit.CRON_JOB, job), { spec });
    checkAtSynth(cronJob, () => checkSchedule(cronJob.toJson().spec as CronJobSpec, this.props.target));
  }

  private render(job: string, schedule: JobSchedule, timeLimitSeconds: number): CronJobSpec {
    const { rayCluster: { dashboard, tokenSecret }, namespace } = this.props.describe();
    return scheduledSubmitSpec({
      clusterLabel: this.props.label,
      job,
      schedule: schedule.cron.expressionString,
      timeZone: schedule.timeZone ?? 'Etc/UTC',
      suspended: schedule.suspended ?? false,
      timeLimitSeconds,
      image: this.props.image,
      serviceAccountName: this.serviceAccountName,
      target: `http://${dashboard.service}.${namespace}.svc:${dashboard.port}`,
      tokenSecret,
      stack: this.stack,
      podLabels: this.identity?.podLabels ?? {},
    });
  }

  /** The manifest that holds the descriptor, as a file: that is what `geneva-stack --stack` reads. */
  private mountedStack(): StackPlace {
    const configMap = this.name(NameLimit.SUBDOMAIN, 'submitter');
    const produce = () => JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stack', labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } },
      data: { [STACK_DESCRIPTOR_KEY]: JSON.stringify(this.props.describe()) },
    });
    this.emit('Stack', 'v1', 'ConfigMap', configMap, { data: { 'stack.k8s.json': Lazy.any({ produce }) } });
    return { configMap, directory: MOUNTED_STACK };
  }

  private emit(id: string, apiVersion: string, kind: string, name: string, fields: object, annotations?: Record<string, string>): ApiObject {
    return new ApiObject(this, id, { apiVersion, kind, metadata: { name, namespace: this.props.namespaceName, annotations }, ...fields });
  }

  private name(limit: number, suffix: string): string {
    return objectName({ parts: [this.props.label, suffix], limit });
  }
}
