import { Size } from 'cdk8s';
import { JobSchedule } from './job-schedule';

/** On what, how widely, and when a job runs. */
export interface JobWorkersOptions {
  /**
   * Worker group to run on.
   *
   * @default - any
   */
  readonly workerGroup?: string;

  /**
   * Copies of the function at once.
   *
   * @default - as many as the cluster has CPUs
   */
  readonly concurrency?: number;

  /**
   * CPUs of one copy; fractions share a CPU.
   *
   * @default 1
   */
  readonly cpusPerWorker?: number;

  /**
   * GPUs of one copy; fractions share a GPU.
   *
   * @default 0
   */
  readonly gpusPerWorker?: number;

  /**
   * Memory of one copy.
   *
   * @default - not reserved
   */
  readonly memoryPerWorker?: Size;

  /**
   * Rows that the function gets in one batch.
   *
   * @default - the runtime's choice
   */
  readonly batchRows?: number;

  /**
   * Whether each run has a Ray cluster of its own, which comes before it and goes after it, when it is submitted by `--target cluster`. It is like
   * the environment's, within the limits of `runClusters`. Needs KubeRay 1.6 or newer. A job with a schedule can't have it.
   *
   * @default false
   */
  readonly clusterPerRun?: boolean;

  /**
   * When the job runs by itself. The environment must say what submits it: `scheduleSubmitter`.
   *
   * @default - only when it is submitted
   */
  readonly schedule?: JobSchedule;
}
