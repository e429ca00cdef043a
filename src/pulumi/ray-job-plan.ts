import { Unwrap } from '@pulumi/pulumi';
import { clusterInput, clusterSpec, targetOf } from './cluster-plan';
import { advised, atInputs, broken, filled, refuse, whole } from './input-problems';
import { RayJobArgs } from './ray-job-args';
import { sizeProblems } from './size-problems';
import { defaultStartLimitSeconds, JobTimes } from '../spec/job-times';
import { hashOf, NameLimit, withHash } from '../spec/names';
import { rayClusterSpec } from '../spec/ray-cluster';
import { rayJobSpec } from '../spec/ray-job';
import { RayJobV1Spec } from '../spec/ray-job-types';
import { adviseOnEnvironment, checkRayJob } from '../spec/rules/check';

/** A RayJob, once all of its inputs are known. */
export interface RayJobPlan {
  readonly name: string;
  readonly priorityClassName: string;
  readonly spec: RayJobV1Spec;
  readonly advice: readonly string[];
}

type KnownJob = Unwrap<RayJobArgs>;

/**
 * Builds and checks, by the same builders and rules as the cdk8s constructs.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planRayJob(label: string, args: KnownJob): RayJobPlan {
  refuse('RayJob', label, [
    ...sizeProblems(args),
    ...filled('command', args.command, 'a program, and its arguments'),
    ...whole('timeLimitSeconds', args.timeLimitSeconds, 1),
    ...whole('startLimitSeconds', args.startLimitSeconds, 1),
    ...whole('keepFinishedSeconds', args.keepFinishedSeconds, 0),
    ...whole('retries', args.retries, 0),
  ]);
  const spec = jobSpec(label, args);
  const name = withHash(label, hashOf(spec), NameLimit.RAY_JOB);
  const target = targetOf(args);
  const rules = [...checkRayJob({ metadata: { name }, spec }, target), ...adviseOnEnvironment({ isolated: args.networkIsolation !== false }, target)];
  const found = atInputs(rules, (at) => jobInput(at, args));
  refuse('RayJob', label, broken(found));
  return { name, priorityClassName: spec.rayClusterSpec!.headGroupSpec!.template.spec.priorityClassName!, spec, advice: advised(found) };
}

function jobSpec(label: string, args: KnownJob): RayJobV1Spec {
  const timeLimitSeconds = args.timeLimitSeconds ?? JobTimes.LIMIT_SECONDS;
  const cluster = clusterSpec({ ...args, label }, args);
  return rayJobSpec({
    clusterLabel: label,
    target: cluster.target,
    cluster: rayClusterSpec(cluster),
    command: args.command,
    environment: args.environmentVariables ?? {},
    image: args.image,
    serviceAccountName: args.serviceAccountName,
    placement: cluster.head.placement,
    timeLimitSeconds,
    startLimitSeconds: args.startLimitSeconds ?? defaultStartLimitSeconds(timeLimitSeconds),
    keepFinishedSeconds: args.keepFinishedSeconds ?? JobTimes.KEEP_FINISHED_SECONDS,
    retries: args.retries ?? 0,
  });
}

const INPUTS: Record<string, string> = {
  entrypoint: 'command',
  runtimeEnvYAML: 'environmentVariables',
  activeDeadlineSeconds: 'timeLimitSeconds',
  preRunningDeadlineSeconds: 'startLimitSeconds',
  ttlSecondsAfterFinished: 'keepFinishedSeconds',
  backoffLimit: 'retries',
};

/** The input behind a field of the job, or of the cluster in it. */
function jobInput(at: string, args: KnownJob): string {
  const [field] = at.split(/[.[]/);
  return INPUTS[field] ?? clusterInput(at.replace(/^rayClusterSpec\./, ''), args);
}
