/**
 * `RayService.spec` and `RayCronJob.spec` of `ray.io/v1`: the fields that rules look at. This library writes neither. Source: the CRDs of KubeRay 1.7.0.
 */

import { RayClusterV1Spec } from './ray-cluster-types';
import { RayJobV1Spec } from './ray-job-types';

export interface RayServiceV1Spec {
  readonly rayClusterConfig?: RayClusterV1Spec;
  readonly rayClusterDeletionDelaySeconds?: number;
  readonly managedBy?: string;
  readonly suspend?: boolean;
  readonly upgradeStrategy?: { readonly type?: string; readonly clusterUpgradeOptions?: ClusterUpgradeOptions };
}

export interface ClusterUpgradeOptions {
  readonly maxSurgePercent?: number;
  readonly stepSizePercent?: number;
  readonly intervalSeconds?: number;
  readonly gatewayClassName?: string;
}

export interface RayCronJobV1Spec {
  readonly jobTemplate?: RayJobV1Spec;
  readonly schedule?: string;
  readonly timeZone?: string;
}
