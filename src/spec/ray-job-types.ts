/**
 * `RayJob.spec` of `ray.io/v1`: the fields that this library writes or checks. Source: the CRD of KubeRay 1.7.0.
 */

import { PodTemplateSpec } from './kubernetes-types';
import { RayClusterV1Spec } from './ray-cluster-types';

export interface RayJobV1Spec {
  readonly entrypoint?: string;
  readonly runtimeEnvYAML?: string;
  readonly jobId?: string;
  readonly submissionMode?: string;
  readonly submitterPodTemplate?: PodTemplateSpec;
  readonly submitterConfig?: { readonly backoffLimit?: number };
  readonly rayClusterSpec?: RayClusterV1Spec;
  readonly clusterSelector?: Record<string, string>;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly preRunningDeadlineSeconds?: number;
  readonly shutdownAfterJobFinishes?: boolean;
  readonly ttlSecondsAfterFinished?: number;
  readonly deletionStrategy?: DeletionStrategy;
  readonly managedBy?: string;
  readonly metadata?: Record<string, string>;
  readonly entrypointResources?: string;
  readonly suspend?: boolean;
}

export interface DeletionStrategy {
  readonly deletionRules?: DeletionRule[];
  /** The older form, with `onFailure`. */
  readonly onSuccess?: { readonly policy?: string };
  readonly onFailure?: { readonly policy?: string };
}

export interface DeletionRule {
  readonly policy: string;
  readonly condition?: { readonly jobStatus?: string; readonly jobDeploymentStatus?: string; readonly ttlSeconds?: number };
}
