/**
 * `RayCluster.spec` of `ray.io/v1`: the fields that this library writes or checks. Source: the CRD of KubeRay 1.7.0.
 */

import { EnvVar, PodTemplateSpec, ResourceRequirements } from './kubernetes-types';

export interface RayClusterV1Spec {
  readonly rayVersion?: string;
  readonly enableInTreeAutoscaling?: boolean;
  readonly autoscalerOptions?: AutoscalerOptions;
  readonly authOptions?: AuthOptions;
  readonly headGroupSpec?: HeadGroupSpec;
  readonly workerGroupSpecs?: WorkerGroupSpec[];
  readonly upgradeStrategy?: { readonly type: string };
  readonly networkPolicy?: { readonly mode?: string };
  readonly tlsOptions?: { readonly enabled?: boolean };
  readonly gcsFaultToleranceOptions?: { readonly backend?: string; readonly redisAddress?: string };
}

export interface AutoscalerOptions {
  readonly version?: string;
  readonly idleTimeoutSeconds?: number;
  readonly resources?: ResourceRequirements;
  readonly env?: EnvVar[];
}

export interface AuthOptions {
  readonly mode?: string;
  readonly secretName?: string;
  readonly enableK8sTokenAuth?: boolean;
}

/** What the head and the worker groups have in common. */
export interface GroupSpec {
  readonly rayStartParams?: Record<string, string>;
  readonly resources?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly template: PodTemplateSpec;
}

export type HeadGroupSpec = GroupSpec;

export interface WorkerGroupSpec extends GroupSpec {
  readonly groupName: string;
  readonly suspend?: boolean;
  readonly numOfHosts?: number;
  readonly replicas?: number;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly idleTimeoutSeconds?: number;
  readonly priority?: number;
}
