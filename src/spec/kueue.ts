/**
 * What Kueue reads and is given: `kueue.x-k8s.io/v1beta2`, labels and annotations of what it admits. Source: CRDs, webhooks and documentation of
 * Kueue 0.19.
 */

import { RayClusterV1Spec } from './ray-cluster-types';
import { RayObject, RayObjectMetadata } from './ray-object';

/** First served in Kueue 0.15. */
export const KUEUE_API = 'kueue.x-k8s.io/v1beta2';

/** Labels and annotations that Kueue reads. */
export const KueueKey = {
  /** Label: the local queue. Without it Kueue leaves an object alone, unless it is set up to manage all. */
  QUEUE_NAME: 'kueue.x-k8s.io/queue-name',
  /** Label: the WorkloadPriorityClass. */
  PRIORITY_CLASS: 'kueue.x-k8s.io/priority-class',
  /** Annotation: the number of pods may change after admission. */
  ELASTIC_JOB: 'kueue.x-k8s.io/elastic-job',
} as const;

/** What manages objects that another Kubernetes cluster runs. */
export const MULTIKUEUE = 'kueue.x-k8s.io/multikueue';

/** The gate without which no annotation makes a job elastic. */
export const ELASTIC_JOBS_GATE = 'ElasticJobsViaWorkloadSlices';

export const KueueSince = {
  /** The first release with {@link KUEUE_API}, and whose patches admit clusters and jobs that scale, with the gate. */
  ELASTIC_RAY: '0.15',
  /** The first release that has the gate on. */
  ELASTIC_JOBS_ON: '0.18',
} as const;

/** Pod sets of a workload, at most. The head is one, so is each worker group, and the pod that submits a job. */
export const MAX_POD_SETS = 18;

/** The Kueue release that admits. */
export interface KueueTarget {
  /** Minor release, such as `0.19`; stands for its latest patch. */
  readonly kueue: string;
  /** Whether {@link ELASTIC_JOBS_GATE} was put on by hand. */
  readonly elasticJobs: boolean;
}

export const DEFAULT_KUEUE: KueueTarget = { kueue: '0.19', elasticJobs: false };

/** What an object bears to be admitted through a queue. */
export interface Admission {
  readonly queueName: string;
  /** Absent: Kueue takes the priority of the head pod. */
  readonly priorityClass?: string;
}

/** A cluster as Kueue reads it, on its own or in a job. */
export interface QueuedCluster extends QueuedObject<RayClusterV1Spec> {
  /** Pod sets that are neither head nor worker group. */
  readonly otherPodSets: number;
  /** Who manages the object, when it isn't KubeRay. */
  readonly managedBy?: string;
  /** Path of the spec in the object, with the dot behind it. */
  readonly at: string;
}

/** An object and the Kueue that admits it. */
export interface QueuedObject<Spec> extends RayObject<Spec> {
  readonly kueue: KueueTarget;
}

/** Labels and annotations of an object that is to be admitted. Elastic always: what has an autoscaler is refused otherwise. */
export function admissionMetadata({ queueName, priorityClass }: Admission): Required<Omit<RayObjectMetadata, 'name'>> {
  return {
    labels: { [KueueKey.QUEUE_NAME]: queueName, ...(priorityClass === undefined ? {} : { [KueueKey.PRIORITY_CLASS]: priorityClass }) },
    annotations: { [KueueKey.ELASTIC_JOB]: 'true' },
  };
}

/** What Kueue lets nobody change while pods run, and so belongs to the content that names an object. */
export function fixedAdmission(admission: Admission | undefined): object | undefined {
  return admission && { queueName: admission.queueName, isPrioritized: admission.priorityClass !== undefined };
}

export interface LocalQueueSpec {
  readonly clusterQueue: string;
}

export function localQueueSpec(clusterQueue: string): LocalQueueSpec {
  return { clusterQueue };
}
