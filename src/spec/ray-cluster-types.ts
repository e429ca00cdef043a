/**
 * `RayCluster.spec` of `ray.io/v1`: the fields that this library writes or checks. Source: the CRD of KubeRay 1.7.0.
 */

import { EnvVar, PodTemplateSpec, ResourceRequirements, VolumeMount } from './kubernetes-types';

export interface RayClusterV1Spec {
  readonly rayVersion?: string;
  readonly enableInTreeAutoscaling?: boolean;
  readonly autoscalerOptions?: AutoscalerOptions;
  readonly authOptions?: AuthOptions;
  readonly headGroupSpec?: HeadGroupSpec;
  readonly workerGroupSpecs?: WorkerGroupSpec[];
  readonly upgradeStrategy?: { readonly type: string };
  readonly managedBy?: string;
  readonly networkPolicy?: NetworkPolicyOptions;
  readonly tlsOptions?: { readonly enabled?: boolean };
  readonly historyServerOptions?: { readonly collectorOptions?: { readonly image?: string; readonly env?: EnvVar[] } };
  readonly gcsFaultToleranceOptions?: GcsFaultToleranceOptions;
}

export interface AutoscalerOptions {
  readonly version?: string;
  readonly idleTimeoutSeconds?: number;
  readonly upscalingMode?: string;
  readonly resources?: ResourceRequirements;
  readonly env?: EnvVar[];
  readonly volumeMounts?: VolumeMount[];
  readonly command?: string[];
  readonly args?: string[];
}

export interface GcsFaultToleranceOptions {
  readonly backend?: string;
  readonly redisAddress?: string;
  readonly redisUsername?: unknown;
  readonly redisPassword?: unknown;
  readonly externalStorageNamespace?: string;
  readonly storage?: { readonly claimName?: string; readonly size?: unknown; readonly storageClassName?: string; readonly accessModes?: string[] };
}

export interface NetworkPolicyOptions {
  readonly mode?: string;
  readonly head?: TrafficRules;
  readonly worker?: TrafficRules;
  readonly workerGroups?: (TrafficRules & { readonly groupName: string })[];
}

export interface TrafficRules {
  readonly ingressRules?: unknown[];
  readonly egressRules?: unknown[];
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

export interface HeadGroupSpec extends GroupSpec {
  readonly headService?: { readonly metadata?: { readonly name?: string } };
  readonly ingressOptions?: unknown;
}

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
