/**
 * Builds the CronJob that submits a job on a schedule. Source: Kubernetes `batch/v1`, fields as of 1.30.
 */

import { EnvVar, PodTemplateSpec, Volume, VolumeMount } from './kubernetes-types';
import { Label } from './labels';
import { RESTRICTED_CONTAINER, restrictedPod } from './restricted-pod';

export interface CronJobSpec {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly suspend?: boolean;
  readonly concurrencyPolicy?: string;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate: {
    readonly spec: {
      readonly backoffLimit?: number;
      readonly activeDeadlineSeconds?: number;
      readonly ttlSecondsAfterFinished?: number;
      readonly template: PodTemplateSpec;
    };
  };
}

/** What is submitted, when, and by what. */
export interface ScheduledSubmit {
  readonly clusterLabel: string;
  readonly job: string;
  /** Five fields. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly suspended: boolean;
  /** Seconds that a run may take. */
  readonly timeLimitSeconds: number;
  readonly image: string;
  readonly serviceAccountName: string;
  /** URL of Ray's dashboard. */
  readonly target: string;
  /** Absent: callers show no token. */
  readonly tokenSecret?: { readonly name: string; readonly key: string };
  readonly stack: StackPlace;
  /** Labels of the pod, beside our own. */
  readonly podLabels: Record<string, string>;
}

/** Where the submitter finds the stack descriptor: in a ConfigMap, or in a directory of its image. */
export interface StackPlace {
  readonly configMap?: string;
  readonly directory: string;
}

/** Where a stack that comes from a ConfigMap is mounted. */
export const MOUNTED_STACK = '/etc/geneva-stack';

/** Where the submitter may write. Empty in each pod: what a run is, Ray knows. */
const SCRATCH = '/scratch';

/** The user `node` of Node.js images. */
const SUBMITTER_USER = 1000;

export function scheduledSubmitSpec(submit: ScheduledSubmit): CronJobSpec {
  return {
    schedule: submit.schedule,
    timeZone: submit.timeZone, // written out: without it the time is that of the control plane
    suspend: submit.suspended,
    concurrencyPolicy: 'Forbid', // two runs would write the same column
    startingDeadlineSeconds: 600, // a control plane that was away starts one run, not all that it missed
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        backoffLimit: 2, // a submitter that comes again goes on with the same run, by the run key
        activeDeadlineSeconds: submit.timeLimitSeconds,
        ttlSecondsAfterFinished: 7 * 24 * 3600,
        template: podTemplate(submit),
      },
    },
  };
}

function podTemplate(submit: ScheduledSubmit): PodTemplateSpec {
  const { configMap, directory } = submit.stack;
  const volumes: Volume[] = [{ name: 'scratch', emptyDir: {} }, ...(configMap === undefined ? [] : [{ name: 'stack', configMap: { name: configMap } }])];
  const volumeMounts: VolumeMount[] = [
    { name: 'scratch', mountPath: SCRATCH },
    ...(configMap === undefined ? [] : [{ name: 'stack', mountPath: directory, readOnly: true }]),
  ];
  const amounts = { cpu: '250m', memory: '512Mi' };
  return {
    metadata: { labels: { ...submit.podLabels, [Label.SUBMITTER]: submit.clusterLabel } },
    spec: {
      serviceAccountName: submit.serviceAccountName,
      automountServiceAccountToken: false, // it talks to Ray and to the store, never to the API server
      restartPolicy: 'Never',
      securityContext: restrictedPod(SUBMITTER_USER),
      volumes,
      containers: [{
        name: 'submit',
        image: submit.image,
        command: ['geneva-stack'],
        args: submitArguments(submit),
        env: environment(submit),
        volumeMounts,
        securityContext: RESTRICTED_CONTAINER,
        resources: { requests: amounts, limits: amounts },
      }],
    },
  };
}

function submitArguments({ job, stack, target, tokenSecret }: ScheduledSubmit): string[] {
  // Plain http: the head serves nothing else, and the way to it stays inside the cluster.
  return ['submit', job, '--stack', stack.directory, '--target', target, '--run-key', '$(RUN_KEY)', ...(tokenSecret ? ['--allow-plain-http'] : [])];
}

function environment({ tokenSecret }: ScheduledSubmit): EnvVar[] {
  return [
    { name: 'HOME', value: SCRATCH }, // state and cache go below it
    { name: 'TMPDIR', value: SCRATCH },
    // The name of the Kubernetes Job: one for each time of the schedule, the same for each pod that tries it.
    { name: 'RUN_KEY', valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } } },
    ...(tokenSecret ? [{ name: 'RAY_AUTH_TOKEN', valueFrom: { secretKeyRef: tokenSecret } }] : []),
  ];
}
