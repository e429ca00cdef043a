import { Duration } from 'cdk8s';

/** Limits of the clusters that live as long as one run; see `clusterPerRun` of a job. */
export interface RunClusterOptions {
  /**
   * How long a run may take, the start of its cluster included. One that takes longer is ended; what it saved stays.
   *
   * @default Duration.hours(24)
   */
  readonly timeLimit?: Duration;

  /**
   * How long it may take until a cluster that was asked for is up and its run submitted. A cluster whose submitter died before is deleted then.
   *
   * @default - half an hour, or half of `timeLimit` when that is less
   */
  readonly startLimit?: Duration;

  /**
   * How long a cluster stays when its run has ended.
   *
   * @default Duration.minutes(1)
   */
  readonly keepFinished?: Duration;
}
