import { Cron, Duration } from 'cdk8s';
import { CloudIdentity } from './cloud-identity';

/** When a job runs by itself. */
export interface JobSchedule {
  /** The times. `Cron.schedule({ minute: '0', hour: '3' })` is every day at three. */
  readonly cron: Cron;

  /**
   * Time zone of the times, by its IANA name such as `Europe/Berlin`.
   *
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;

  /**
   * How long a run is waited for. Then its submitter ends and the next may come; the run itself goes on until `geneva-stack stop`.
   *
   * @default Duration.hours(24)
   */
  readonly timeLimit?: Duration;

  /**
   * Whether to hold the schedule, without losing it.
   *
   * @default false
   */
  readonly suspended?: boolean;
}

/** What submits the jobs that have a schedule. */
export interface ScheduleSubmitterOptions {
  /**
   * An image with `geneva-stack` on its path, and with the SDK of the bundle's store, which must run as user 1000: Node.js 20, `npm install --global
   * geneva-constructs @aws-sdk/client-s3 @aws-sdk/lib-storage`.
   */
  readonly image: string;

  /**
   * Directory of the image that holds what `cdk8s synth` wrote. With it the submitter publishes what the store lacks of the workspace, for which it
   * needs the files and the plan beside the manifests: run synth when the image is built, in the directory where the code stays. Without it, somebody
   * else publishes: `geneva-stack publish` wherever the manifests are applied.
   *
   * @default - the stack descriptor comes from a ConfigMap
   */
  readonly stackDirectory?: string;

  /**
   * Who the submitter is to a cloud: somebody who may read and write the bundle's store, and nothing else. Its account is `ENVIRONMENT-submitter`.
   *
   * @default - nobody
   */
  readonly cloudIdentity?: CloudIdentity;
}
