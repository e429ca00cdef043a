import { Size } from 'cdk8s';
import { Authentication } from './authentication';
import { HeadNodePool } from './head-node-pool';
import { KubeRayVersion } from './kuberay-version';
import { RayImage } from './ray-image';

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
   * Labels of every Ray pod, beside those that this library needs.
   *
   * @default - none
   */
  readonly podLabels?: { [key: string]: string };
}
