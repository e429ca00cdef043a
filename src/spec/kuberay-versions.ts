/**
 * What each KubeRay release knows. Source: the CRDs and `validation.go` of the releases.
 *
 * A field that the installed CRD doesn't know is dropped by the API server without an error, so a spec is always checked against a target.
 */

/** The KubeRay release that a spec is written for. */
export interface Target {
  /** Minor release, such as `1.7`; stands for its latest patch. */
  readonly kuberay: string;
}

/** The oldest KubeRay that this library writes for: the first with `autoscalerOptions.version`. */
export const OLDEST_KUBERAY = '1.4';

/** First minor release that acts on the field. `authOptions` came with the patch 1.5.1. */
export const FieldSince = {
  GROUP_RESOURCES: '1.5',
  GROUP_LABELS: '1.5',
  AUTH_OPTIONS: '1.5',
  K8S_TOKEN_AUTH: '1.6',
  UPGRADE_STRATEGY: '1.6',
  PRE_RUNNING_DEADLINE: '1.6',
  /** On without a gate; and with the condition that a run by deadline needs. */
  DELETION_RULES: '1.6',
  GROUP_PRIORITY: '1.7',
  NETWORK_POLICY: '1.7',
  TLS_OPTIONS: '1.7',
} as const;

/** The first Ray release with token authentication, also the first without CVE-2025-62593. */
export const TOKEN_AUTH_RAY = '2.52.0';

/** The first Ray release whose agent answers for the health of a node by HTTP. KubeRay asks older ones by a command. */
export const HEALTH_BY_HTTP_RAY = '2.53.0';

/** The first Ray release that takes tokens of Kubernetes. */
export const K8S_TOKEN_AUTH_RAY = '2.55.0';

/** The first Ray release whose autoscaler heeds the priority of a group. */
export const GROUP_PRIORITY_RAY = '2.56.0';
