/** Ports of a Ray head. */
export const RayPort = {
  GCS: 6379,
  DASHBOARD: 8265,
  CLIENT: 10001,
  METRICS: 8080,
  AUTOSCALER_METRICS: 44217,
  DASHBOARD_METRICS: 44227,
  /** Of the agent on every Ray node, which answers for its health. */
  AGENT: 52365,
} as const;

/** Name of the service that KubeRay makes for the head of `cluster`. Source: KubeRay `GenerateHeadServiceName`. */
export function headServiceName(cluster: string): string {
  return `${cluster}-head-svc`;
}
