/**
 * Builds `RayCluster.spec`. Source: KubeRay v1 API, fields and defaults as of 1.7.
 */

import { FieldSince, HEALTH_BY_HTTP_RAY, Target } from './kuberay-versions';
import { Container, HttpProbe, PodTemplateSpec, ResourceRequirements, Toleration } from './kubernetes-types';
import { Label } from './labels';
import { Placement } from './placement';
import { cpuQuantity, memoryQuantity } from './quantities';
import { AutoscalerOptions, HeadGroupSpec, RayClusterV1Spec, WorkerGroupSpec } from './ray-cluster-types';
import { RayPort } from './ray-ports';
import { GPU } from './resource-names';
import { isAtLeast } from './versions';

/** Keeps a node as long as a pod with this annotation runs on it. Source: Karpenter and cluster-autoscaler documentation. */
const DO_NOT_DISRUPT = {
  'karpenter.sh/do-not-disrupt': 'true',
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
};

/** The operator's own default for the sidecar, written out so that the sum of the head pod can be read from the manifest. */
export const AUTOSCALER_RESOURCES = { cpu: '500m', memory: '512Mi' };

const AUTOSCALER_SIZE = { cpus: 0.5, memoryBytes: 512 * 1024 * 1024 };

/** What a RayCluster is made of. */
export interface ClusterSpec {
  /** The name that stays the same when the content changes. */
  readonly label: string;
  readonly target: Target;
  /** Exact release that the image contains. */
  readonly rayVersion: string;
  readonly image: string;
  /** Whether callers need the cluster's token. */
  readonly tokenAuth: boolean;
  readonly autoscaling?: AutoscalingSpec;
  /** Whether it waits in a queue for quota. Absent: no. */
  readonly isQueued?: boolean;
  /** What the operator does when the spec of a running cluster changes. Absent: nothing. */
  readonly upgradeStrategy?: 'Recreate';
  readonly serviceAccountName?: string;
  /** Labels of every pod, beside our own. */
  readonly podLabels?: Record<string, string>;
  readonly head: HeadSpec;
  readonly workers: WorkerSpec[];
}

/** How the autoscaler goes about it, where that differs from Ray's defaults. */
export interface AutoscalingSpec {
  /** `Default`, `Aggressive` or `Conservative`. */
  readonly upscalingMode?: string;
  /** Whole seconds between two looks at what waits and what idles. */
  readonly intervalSeconds?: number;
}

/** The head pod. */
export interface HeadSpec {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly placement: Placement;
  readonly priorityClassName?: string;
}

/** One worker group; sizes are those of one worker. */
export interface WorkerSpec {
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly idleTimeoutSeconds: number;
  /** Of several groups that would do, the one with the highest grows first. Absent: 0. */
  readonly priority?: number;
  /** Absent: any node that has room. */
  readonly placement?: Placement;
}

/** What a node must have room for to run a head: its container and the autoscaler beside it. */
export function headPodSize(head: { cpus: number; memoryBytes: number }): { cpus: number; memoryBytes: number } {
  return { cpus: head.cpus + AUTOSCALER_SIZE.cpus, memoryBytes: head.memoryBytes + AUTOSCALER_SIZE.memoryBytes };
}

export function rayClusterSpec(cluster: ClusterSpec): RayClusterV1Spec {
  return {
    rayVersion: cluster.rayVersion,
    enableInTreeAutoscaling: true,
    autoscalerOptions: autoscalerOptions(cluster.autoscaling),
    authOptions: cluster.tokenAuth ? { mode: 'token' } : undefined, // the mode is written out: without it the cluster stays open
    headGroupSpec: headGroup(cluster),
    workerGroupSpecs: cluster.workers.map((worker) => workerGroup(cluster, worker)),
    upgradeStrategy: cluster.upgradeStrategy && { type: cluster.upgradeStrategy },
  };
}

/** How often Ray's autoscaler looks; it reads whole seconds. Source: Ray 2.60, autoscaler/_private/constants.py. */
export const AUTOSCALER_INTERVAL_ENV = 'AUTOSCALER_UPDATE_INTERVAL_S';

function autoscalerOptions({ upscalingMode, intervalSeconds }: AutoscalingSpec = {}): AutoscalerOptions {
  return {
    version: 'v2', // written out: an unset one refuses idle timeouts
    upscalingMode,
    env: intervalSeconds === undefined ? undefined : [{ name: AUTOSCALER_INTERVAL_ENV, value: String(intervalSeconds) }],
    resources: { requests: AUTOSCALER_RESOURCES, limits: AUTOSCALER_RESOURCES },
  };
}

function headGroup(cluster: ClusterSpec): HeadGroupSpec {
  const { head } = cluster;
  return {
    rayStartParams: { 'num-cpus': '0' }, // no tasks on the head: they are the main cause of its memory running out
    template: template(cluster, {
      automountServiceAccountToken: true, // written out: an account may say no, as those of cdk8s-plus do, and the autoscaler needs it
      annotations: DO_NOT_DISRUPT,
      nodeSelector: head.placement.nodeSelector,
      tolerations: head.placement.tolerations,
      priorityClassName: head.priorityClassName,
      terminationGracePeriodSeconds: HEAD_GRACE_SECONDS,
      container: { name: 'ray-head', image: cluster.image, ports: HEAD_PORTS, resources: resources(head), readinessProbe: headReadiness(cluster.rayVersion) },
    }),
  };
}

/**
 * Ready as soon as it is: measured 4 to 5 s after creation, against 10 to 11 s with the operator's own probe, which first waits for 10 s.
 * The operator adds its own liveness probe beside it.
 */
function headReadiness(rayVersion: string): HttpProbe | undefined {
  return isAtLeast(rayVersion, HEALTH_BY_HTTP_RAY) ? {
    httpGet: { path: '/api/healthz', port: RayPort.AGENT },
    initialDelaySeconds: 1,
    periodSeconds: 1,
    timeoutSeconds: 5,
    failureThreshold: 10,
  } : undefined;
}

/** The autoscaler beside the head ignores SIGTERM, so that every deletion takes all of this time. A head without tasks has nothing to drain. */
const HEAD_GRACE_SECONDS = 10;

/** All of them: once one port is declared, the head service carries the declared ones only. */
const HEAD_PORTS = [
  { name: 'gcs-server', containerPort: RayPort.GCS },
  { name: 'dashboard', containerPort: RayPort.DASHBOARD },
  { name: 'client', containerPort: RayPort.CLIENT },
  { name: 'metrics', containerPort: RayPort.METRICS },
  { name: 'as-metrics', containerPort: RayPort.AUTOSCALER_METRICS },
  { name: 'dash-metrics', containerPort: RayPort.DASHBOARD_METRICS },
];

/**
 * Leaves `replicas` out: the autoscaler writes it, and whoever applies the manifest again would fight over it (kuberay#1120). Except where Kueue
 * counts by it the workers that a group starts with, which would wait for ever otherwise.
 */
function workerGroup(cluster: ClusterSpec, worker: WorkerSpec): WorkerGroupSpec {
  return {
    groupName: worker.name,
    replicas: cluster.isQueued && worker.minReplicas > 0 ? worker.minReplicas : undefined,
    minReplicas: worker.minReplicas,
    maxReplicas: worker.maxReplicas,
    idleTimeoutSeconds: worker.idleTimeoutSeconds,
    priority: worker.priority,
    labels: isAtLeast(cluster.target.kuberay, FieldSince.GROUP_LABELS) ? { [Label.WORKER_GROUP]: worker.name } : undefined,
    rayStartParams: {},
    template: template(cluster, {
      automountServiceAccountToken: false, // only the head's autoscaler talks to the API server
      nodeSelector: worker.placement?.nodeSelector,
      tolerations: workerTolerations(worker),
      container: { name: 'ray-worker', image: cluster.image, resources: resources(worker) },
    }),
  };
}

function workerTolerations(worker: WorkerSpec): Toleration[] | undefined {
  const tolerations: Toleration[] = [
    ...(worker.placement?.tolerations ?? []),
    ...(worker.gpus > 0 ? [{ key: GPU, operator: 'Exists', effect: 'NoSchedule' } as const] : []),
  ];
  return tolerations.length > 0 ? tolerations : undefined;
}

interface RayPod extends Partial<Placement> {
  readonly annotations?: Record<string, string>;
  readonly automountServiceAccountToken?: boolean;
  readonly priorityClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly container: Container;
}

function template(cluster: ClusterSpec, pod: RayPod): PodTemplateSpec {
  return {
    metadata: { labels: { ...cluster.podLabels, [Label.CLUSTER]: cluster.label }, annotations: pod.annotations },
    spec: {
      serviceAccountName: cluster.serviceAccountName,
      automountServiceAccountToken: pod.automountServiceAccountToken,
      priorityClassName: pod.priorityClassName,
      terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
      restartPolicy: 'Never', // autoscaler v2 accepts nothing else
      nodeSelector: pod.nodeSelector,
      tolerations: pod.tolerations,
      containers: [pod.container],
    },
  };
}

/** Ray reads CPUs, memory and GPUs from the limits. Without a memory limit it would take the node's memory for its own. */
function resources(size: { cpus: number; memoryBytes: number; gpus?: number }): ResourceRequirements {
  const amounts = {
    cpu: cpuQuantity(size.cpus),
    memory: memoryQuantity(size.memoryBytes),
    ...(size.gpus ? { [GPU]: String(size.gpus) } : {}),
  };
  return { requests: amounts, limits: amounts };
}
