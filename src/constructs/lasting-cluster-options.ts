import { RayClusterOptions } from './ray-cluster-options';
import { UpgradeStrategy } from './upgrade-strategy';

/** What a cluster is made of that outlives its jobs. */
export interface LastingClusterOptions extends RayClusterOptions {
  /**
   * What becomes of the running cluster when its declaration changes.
   *
   * @default UpgradeStrategy.NEW_CLUSTER
   */
  readonly upgradeStrategy?: UpgradeStrategy;
}
