/**
 * The fields that the newest definitions of KubeRay have: the API server drops all others. Source: the CRDs of KubeRay 1.7.0; a test compares.
 */

import { Target } from './kuberay-versions';
import { isBefore } from './versions';

/** The release whose definitions these are. */
const NEWEST_KUBERAY = '1.7';

const GROUP = ['labels', 'rayStartParams', 'resources', 'template'];

/** Fields of a RayCluster's spec, and of what stands in it. */
export const RayClusterField = {
  SPEC: [
    'authOptions',
    'autoscalerOptions',
    'enableInTreeAutoscaling',
    'gcsFaultToleranceOptions',
    'headGroupSpec',
    'headServiceAnnotations',
    'historyServerOptions',
    'managedBy',
    'networkPolicy',
    'rayVersion',
    'suspend',
    'tlsOptions',
    'upgradeStrategy',
    'workerGroupSpecs',
  ],
  HEAD_GROUP: [...GROUP, 'enableIngress', 'headService', 'ingressOptions', 'serviceType'],
  WORKER_GROUP: [...GROUP, 'groupName', 'idleTimeoutSeconds', 'maxReplicas', 'minReplicas', 'numOfHosts', 'priority', 'replicas', 'scaleStrategy', 'suspend'],
  AUTOSCALER: ['args', 'command', 'env', 'envFrom', 'idleTimeoutSeconds', 'image', 'imagePullPolicy', 'resources', 'securityContext', 'upscalingMode', 'version', 'volumeMounts'],
  FAULT_TOLERANCE: ['backend', 'externalStorageNamespace', 'redisAddress', 'redisPassword', 'redisUsername', 'storage'],
  AUTH: ['enableK8sTokenAuth', 'mode', 'secretName'],
} as const satisfies Record<string, readonly string[]>;

/** Fields of a RayJob's spec. */
export const RAY_JOB_FIELDS = [
  'activeDeadlineSeconds',
  'backoffLimit',
  'clusterSelector',
  'deletionStrategy',
  'entrypoint',
  'entrypointNumCpus',
  'entrypointNumGpus',
  'entrypointResources',
  'jobId',
  'managedBy',
  'metadata',
  'preRunningDeadlineSeconds',
  'rayClusterSpec',
  'runtimeEnvYAML',
  'shutdownAfterJobFinishes',
  'submissionMode',
  'submitterConfig',
  'submitterPodTemplate',
  'suspend',
  'ttlSecondsAfterFinished',
] as const;

/** Whether these lists hold all that a target knows: a later release may know more. */
export function areFieldsListed({ kuberay }: Target): boolean {
  return !isBefore(NEWEST_KUBERAY, kuberay);
}
