import { Input } from '@pulumi/pulumi';
import { NetworkIsolationArgs } from './network-isolation-args';
import { RayClusterArgs } from './ray-cluster-args';

/** What a RayJob needs: a command, and the cluster that it gets. */
export interface RayJobArgs extends RayClusterArgs, NetworkIsolationArgs {
  /**
   * Program and arguments, run on the head: `['python', '-m', 'features.train', '--epochs', '3']`.
   *
   * Two shells read it on its way. Arguments with characters that they would read differently are refused: put those into a file of the image.
   */
  readonly command: Input<Input<string>[]>;

  /**
   * Environment of the job and its tasks. No secrets: it is readable in the submitter's pod.
   *
   * @default - none
   */
  readonly environmentVariables?: Input<{ [name: string]: Input<string> }>;

  /**
   * Seconds that all of it may take, the start of the cluster included.
   *
   * @default 86400, a day
   */
  readonly timeLimitSeconds?: Input<number>;

  /**
   * Seconds that the cluster may take until the command runs. KubeRay before 1.6 knows no such limit; there `timeLimitSeconds` holds alone.
   *
   * @default - half an hour, or half of `timeLimitSeconds` when that is less
   */
  readonly startLimitSeconds?: Input<number>;

  /**
   * Seconds that the cluster stays when the command has ended, for a look at its dashboard.
   *
   * @default 300
   */
  readonly keepFinishedSeconds?: Input<number>;

  /**
   * Further attempts when the command fails or the cluster doesn't start, each with a new cluster.
   *
   * @default 0
   */
  readonly retries?: Input<number>;

  /**
   * Whether pods get credentials by EKS Pod Identity, which a node serves them.
   *
   * @default false
   */
  readonly podIdentity?: boolean;
}
