/**
 * What each KubeRay release knows. Source: the CRDs, `validation.go` and `features.go` of the releases.
 *
 * A field that the installed CRD doesn't know is dropped by the API server without an error, and one behind a gate that is off is refused by
 * the operator in an event only. So a spec is always checked against a target.
 */

import { isAtLeast } from './versions';

/** The KubeRay release that a spec is written for. */
export interface Target {
  /** Minor release, such as `1.7`; stands for its latest patch. */
  readonly kuberay: string;
  /** Feature gates that are on beyond those that the release itself puts on. */
  readonly gates?: readonly string[];
}

/** The oldest KubeRay that this library writes for: the first with `autoscalerOptions.version`. */
export const OLDEST_KUBERAY = '1.4';

/** First minor release that acts on the field. `authOptions` came with the patch 1.5.1. */
export const FieldSince = {
  GROUP_RESOURCES: '1.5',
  GROUP_LABELS: '1.5',
  AUTH_OPTIONS: '1.5',
  AUTH_SECRET: '1.6',
  K8S_TOKEN_AUTH: '1.6',
  UPGRADE_STRATEGY: '1.6',
  PRE_RUNNING_DEADLINE: '1.6',
  DELETION_STRATEGY: '1.5',
  DEPLOYMENT_STATUS_CONDITION: '1.6',
  GROUP_PRIORITY: '1.7',
  AUTOSCALER_COMMAND: '1.7',
  INGRESS_OPTIONS: '1.7',
  GCS_BACKEND: '1.7',
  HISTORY_SERVER: '1.7',
  NETWORK_POLICY: '1.7',
  TLS_OPTIONS: '1.7',
  SERVICE_DELETION_DELAY: '1.5',
  SERVICE_UPGRADE_OPTIONS: '1.5',
  SERVICE_MANAGED_BY: '1.6',
  SERVICE_SUSPEND: '1.7',
  CRON_JOB: '1.6',
  CRON_TIME_ZONE: '1.7',
} as const;

/** A feature gate of the operator, and from which release on it needs no asking for. */
export interface Gate {
  readonly name: string;
  /** Absent: off in all releases so far. */
  readonly onSince?: string;
}

/** The gates that fields are behind. */
export const GATES = {
  NETWORK_POLICY: { name: 'RayClusterNetworkPolicy' },
  MTLS: { name: 'RayClusterMTLS' },
  EMBEDDED_STORAGE: { name: 'GCSFaultToleranceEmbeddedStorage' },
  HISTORY_SERVER: { name: 'RayClusterHistoryServer' },
  DELETION_POLICY: { name: 'RayJobDeletionPolicy', onSince: '1.6' },
  INCREMENTAL_UPGRADE: { name: 'RayServiceIncrementalUpgrade', onSince: '1.7' },
  CRON_JOB: { name: 'RayCronJob' },
} as const satisfies Record<string, Gate>;

/** Whether the target's operator acts on what is behind a gate. */
export function isOn(gate: Gate, { kuberay, gates = [] }: Target): boolean {
  return gates.includes(gate.name) || (gate.onSince !== undefined && isAtLeast(kuberay, gate.onSince));
}

/** The first Ray release with token authentication, also the first without CVE-2025-62593. */
export const TOKEN_AUTH_RAY = '2.52.0';

/** The first Ray release whose agent answers for the health of a node by HTTP. KubeRay asks older ones by a command. */
export const HEALTH_BY_HTTP_RAY = '2.53.0';

/** The first Ray release that takes tokens of Kubernetes. */
export const K8S_TOKEN_AUTH_RAY = '2.55.0';

/** The first Ray release whose autoscaler heeds the priority of a group. */
export const GROUP_PRIORITY_RAY = '2.56.0';

/** The first Ray release that takes metadata of a job on its command line. */
export const JOB_METADATA_RAY = '2.6.0';
