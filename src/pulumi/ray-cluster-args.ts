import { Input } from '@pulumi/pulumi';

/** The workers of one size, and how many of them there may be. */
export interface WorkerGroupArgs {
  /** Name of the group, by which jobs ask for it. */
  readonly name: Input<string>;

  /** Whole CPUs of one worker. KubeRay rounds fractions up, so they are refused. */
  readonly cpu: Input<number>;

  /** Memory of one worker in GiB. */
  readonly memoryGiB: Input<number>;

  /**
   * NVIDIA GPUs of one worker.
   *
   * @default 0
   */
  readonly gpus?: Input<number>;

  /**
   * Workers that stay even when idle.
   *
   * @default 0
   */
  readonly minReplicas?: Input<number>;

  /** Workers at once, at most. */
  readonly maxReplicas: Input<number>;

  /**
   * Seconds that a worker may idle before the autoscaler removes it; at least 1.
   *
   * @default 60
   */
  readonly idleTimeoutSeconds?: Input<number>;

  /**
   * Of several groups that would do for a task, the one with the highest number grows first. Any whole number, needs KubeRay 1.7 and Ray 2.56.
   *
   * @default 0
   */
  readonly priority?: Input<number>;

  /**
   * Value of the label `geneva.lancedb.com/ray-worker-cpu` (for groups with GPUs: `ray-worker-gpu`) on the nodes for these workers.
   *
   * @default - any node that has room
   */
  readonly nodeLabelValue?: Input<string>;
}

/** What a Ray cluster is made of, wherever it stands. */
export interface ClusterArgs {
  /** The image of head and workers. */
  readonly image: Input<string>;

  /** The Ray release that the image contains, exactly: `2.54.0`. */
  readonly rayVersion: Input<string>;

  /** The workers, by size. */
  readonly workerGroups: Input<Input<WorkerGroupArgs>[]>;

  /**
   * Minor release of the KubeRay operator that reads the cluster.
   *
   * @default '1.7'
   */
  readonly kubeRayVersion?: Input<string>;

  /**
   * How fast the autoscaler adds workers: `Default`, or `Conservative` for no more at each look than there are already in the group.
   *
   * @default 'Default'
   */
  readonly upscalingMode?: Input<string>;

  /**
   * Whole seconds between two looks of the autoscaler at what waits and what idles.
   *
   * @default 5, Ray's own
   */
  readonly autoscalerIntervalSeconds?: Input<number>;

  /**
   * Whole CPUs of the head, which runs no tasks.
   *
   * @default 4
   */
  readonly headCpu?: Input<number>;

  /**
   * Memory of the head in GiB.
   *
   * @default 8
   */
  readonly headMemoryGiB?: Input<number>;

  /**
   * Value of the label `geneva.lancedb.com/ray-head` on the nodes for heads.
   *
   * @default 'true'
   */
  readonly headNodeLabelValue?: Input<string>;

  /**
   * Whether callers need the cluster's token, which KubeRay makes. Without it whoever reaches the head runs code on the cluster.
   *
   * @default true
   */
  readonly tokenAuthentication?: Input<boolean>;
}

/** What a RayCluster needs beyond its defaults. */
export interface RayClusterArgs extends ClusterArgs {
  /** Namespace of the cluster. It must exist. */
  readonly namespace: Input<string>;

  /**
   * The part of the name that stays when the content changes, also the value of the label `geneva-constructs/cluster` on every pod.
   *
   * @default - the component's name
   */
  readonly clusterLabel?: string;

  /**
   * Service account of head and workers. It must exist.
   *
   * @default - KubeRay makes one for the head; workers run under the namespace's default
   */
  readonly serviceAccountName?: Input<string>;
}
