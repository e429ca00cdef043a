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
   * When the job runs by itself. The environment must say what submits it: `scheduleSubmitter`.
   *
   * @default - only when it is submitted
   */
  readonly schedule?: JobSchedule;
}
