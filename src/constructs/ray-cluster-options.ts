import { Duration, Size } from 'cdk8s';
import { Authentication } from './authentication';
import { HeadNodePool } from './head-node-pool';
import { KubeRayVersion } from './kuberay-version';
import { QueueAdmission } from './queue-admission';
import { RayImage } from './ray-image';
import { UpscalingMode } from './upscaling-mode';

/** What a Ray cluster is made of, on its own or in an environment. */
export interface RayClusterOptions {
  /** The image of head and workers. */
  readonly image: RayImage;

  /** Where the head runs. */
  readonly headPool: HeadNodePool;

  /**
   * The operator that reads the cluster.
   *
   * @default KubeRayVersion.V1_7
   */
  readonly kuberay?: KubeRayVersion;

  /**
   * Whole CPUs of the head, which runs no tasks.
   *
   * @default 4
   */
  readonly headCpu?: number;

  /**
   * Memory of the head.
   *
   * @default Size.gibibytes(8)
   */
  readonly headMemory?: Size;

  /**
   * What callers of the cluster have to show.
   *
   * @default Authentication.TOKEN
   */
  readonly authentication?: Authentication;

  /**
   * How fast the autoscaler adds workers.
   *
   * @default UpscalingMode.DEFAULT
   */
  readonly upscalingMode?: UpscalingMode;

  /**
   * How often the autoscaler looks at what waits and what idles; whole seconds, at least one.
   *
   * About 5 of the 8 to 10 s from a first task to its worker are spent waiting for it, and a hundred workers take ten looks. Each look is a call to
   * Ray's control store and to the API server of Kubernetes.
   *
   * @default - Ray's own, 5 seconds
   */
  readonly autoscalerInterval?: Duration;

  /**
   * Labels of every Ray pod, beside those that this library needs. Keys that begin with `ray.io/` or `geneva-constructs/` are taken.
   *
   * @default - none
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * The queue of Kueue in which all of it waits until there is quota.
   *
   * @default - none: pods start as soon as there is room
   */
  readonly queueAdmission?: QueueAdmission;
}
