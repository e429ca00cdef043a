/**
 * Builds the RayJob of a run that has a cluster of its own: KubeRay makes the cluster and deletes it, who submits does the rest. Source: KubeRay
 * v1 API as of 1.7; `rayjob_controller.go` of 1.6.2 for what a RayJob in InteractiveMode goes through.
 */

import { FieldSince } from './kuberay-versions';
import { NameLimit, objectName } from './names';
import { RayClusterV1Spec } from './ray-cluster-types';
import { RayJobV1Spec } from './ray-job-types';

/** What the cluster of a run is made of. */
export interface RunClusterSpec {
  /** As the lasting cluster of the environment is. */
  readonly cluster: RayClusterV1Spec;
  /** The Secret of the lasting cluster's token, which holds here, too: a new one could be read by who may read all Secrets only. Absent: no token. */
  readonly tokenSecret?: string;
  /** Seconds that all of it may take. */
  readonly timeLimitSeconds: number;
  /** Seconds until the run must have been submitted; a submitter that died leaves nothing behind for longer. */
  readonly startLimitSeconds: number;
  /** Seconds that the cluster stays when the run has ended. */
  readonly keepFinishedSeconds: number;
}

/** First KubeRay that can do it: the Secret of a token can be named, and a job that nobody submits has an end. */
export const RUN_CLUSTER_KUBERAY = FieldSince.PRE_RUNNING_DEADLINE;

/** Label of what belongs to the cluster of a run: the environment. */
export const RUN_OF_LABEL = 'geneva-constructs/run-of';

/** Annotation: the submission that it was made for. Another attempt has another one. */
export const SUBMISSION_ANNOTATION = 'geneva-constructs/submission';

/** What the RayJob of a run is called: known from the run, so that two submitters can't make two. */
export function runClusterName(run: string): string {
  return objectName({ parts: [run], limit: NameLimit.RAY_JOB });
}

export function runClusterSpec({ cluster, tokenSecret, ...times }: RunClusterSpec): RayJobV1Spec {
  const { upgradeStrategy: _ofLastingOnes, authOptions, ...rest } = cluster;
  return {
    entrypoint: 'python -m backfill_runtime', // what is submitted; nobody but a reader looks at it
    submissionMode: 'InteractiveMode',
    rayClusterSpec: { ...rest, authOptions: tokenSecret === undefined ? authOptions : { ...authOptions, secretName: tokenSecret } },
    // Not deletionRules: no rule matches a job that somebody stopped, and its cluster would stay (kuberay#5184).
    shutdownAfterJobFinishes: true,
    ttlSecondsAfterFinished: times.keepFinishedSeconds,
    activeDeadlineSeconds: times.timeLimitSeconds,
    preRunningDeadlineSeconds: times.startLimitSeconds,
    backoffLimit: 0, // each attempt is the submitter's
  };
}
