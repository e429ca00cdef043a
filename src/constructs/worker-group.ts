import { Duration, Size } from 'cdk8s';
import { WorkerNodePool } from './worker-node-pool';

/** The workers of one size, and how many of them there may be. */
export interface WorkerGroupOptions {
  /**
   * Whole CPUs of one worker. KubeRay rounds fractions up, so they are refused.
   */
  readonly cpu: number;

  /** Memory of one worker, of which Ray takes 30 % for its object store. */
  readonly memory: Size;

  /**
   * NVIDIA GPUs of one worker. Workers with GPUs tolerate the taint `nvidia.com/gpu`.
   *
   * @default 0
   */
  readonly gpus?: number;

  /**
   * Workers that stay even when idle.
   *
   * @default 0
   */
  readonly minReplicas?: number;

  /** Workers at once, at most. Written out always: the API's own default is 2147483647. */
  readonly maxReplicas: number;

  /**
   * How long a worker may idle before the autoscaler removes it; at least one second.
   *
   * @default Duration.seconds(60)
   */
  readonly idleTimeout?: Duration;

  /**
   * Of several groups that would do for a task, the one with the highest number grows first: a spot group of 10 before an on-demand group of 0.
   * Any whole number, needs KubeRay 1.7 and Ray 2.56.
   *
   * @default 0
   */
  readonly priority?: number;

  /**
   * Nodes to run on.
   *
   * @default - any that have room
   */
  readonly pool?: WorkerNodePool;
}
