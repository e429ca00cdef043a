/**
 * Builds `RayJob.spec`: a command, and a cluster that lives as long as it. Source: KubeRay v1 API, fields and defaults as of 1.7.
 */

import { FieldSince, Target } from './kuberay-versions';
import { PodTemplateSpec } from './kubernetes-types';
import { Label } from './labels';
import { NAME_HASH_LENGTH, NameLimit } from './names';
import { inOneOrder } from './one-order';
import { Placement } from './placement';
import { RayClusterV1Spec } from './ray-cluster-types';
import { RayJobV1Spec } from './ray-job-types';
import { isAtLeast } from './versions';

/** Length at most of the part of a RayJob's name that stays when the content changes. */
export const RAY_JOB_LABEL_LIMIT = NameLimit.RAY_JOB - NAME_HASH_LENGTH - 1;

/** What a RayJob is made of. */
export interface JobSpec {
  readonly clusterLabel: string;
  readonly target: Target;
  readonly cluster: RayClusterV1Spec;
  /** Program and arguments. */
  readonly command: string[];
  readonly environment: Record<string, string>;
  readonly image: string;
  readonly serviceAccountName?: string;
  /** Where the submitter runs: beside the head, which is there already. */
  readonly placement: Placement;
  /** Seconds that all of it may take. */
  readonly timeLimitSeconds: number;
  /** Seconds until the command must run. */
  readonly startLimitSeconds: number;
  /** Seconds that the cluster stays when the command has ended. */
  readonly keepFinishedSeconds: number;
  /** Further attempts, each with a new cluster. */
  readonly retries: number;
}

/** What the operator gives a submitter of its own making. */
const SUBMITTER_RESOURCES = { requests: { cpu: '500m', memory: '200Mi' }, limits: { cpu: '1', memory: '1Gi' } };

export function rayJobSpec(job: JobSpec): RayJobV1Spec {
  return {
    entrypoint: job.command.map(quoted).join(' '),
    runtimeEnvYAML: Object.keys(job.environment).length > 0 ? JSON.stringify({ env_vars: inOneOrder(job.environment) }) : undefined,
    submissionMode: 'K8sJobMode',
    submitterPodTemplate: submitterTemplate(job),
    rayClusterSpec: job.cluster,
    // Not deletionRules: no rule matches a job that somebody stopped, and its cluster would stay (kuberay#5184).
    shutdownAfterJobFinishes: true,
    ttlSecondsAfterFinished: job.keepFinishedSeconds,
    activeDeadlineSeconds: job.timeLimitSeconds,
    preRunningDeadlineSeconds: isAtLeast(job.target.kuberay, FieldSince.PRE_RUNNING_DEADLINE) ? job.startLimitSeconds : undefined,
    backoffLimit: job.retries,
  };
}

/** The operator's own submitter has no selector and no tolerations, and stays Pending where all nodes are tainted (kuberay#2058). */
function submitterTemplate(job: JobSpec): PodTemplateSpec {
  return {
    metadata: { labels: { [Label.SUBMITTER]: job.clusterLabel } },
    spec: {
      serviceAccountName: job.serviceAccountName,
      automountServiceAccountToken: false,
      restartPolicy: 'Never', // required: with the default Kubernetes refuses the Job and the operator loops (kuberay#2210)
      nodeSelector: job.placement.nodeSelector,
      tolerations: job.placement.tolerations,
      containers: [{ name: 'ray-job-submitter', image: job.image, resources: SUBMITTER_RESOURCES }],
    },
  };
}

/** The operator splices the text into a shell. Which arguments survive the second one, on the head, is a rule: JOB-J18. */
function quoted(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replace(/'/g, "'\\''")}'`;
}
