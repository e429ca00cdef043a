/** What a cluster is when nothing else is asked for; the same for cdk8s and Pulumi. */
export const ClusterDefaults = {
  /** The latest KubeRay that this library knows. */
  KUBERAY: '1.7',
  /** Enough for the scheduler, the dashboard and the store of a cluster of some hundred workers; the head runs no tasks. */
  HEAD_CPUS: 4,
  HEAD_MEMORY_BYTES: 8 * 1024 ** 3,
  /** Ray's own default. */
  IDLE_TIMEOUT_SECONDS: 60,
  /** The value that Geneva's own builders select by default. */
  HEAD_NODE_LABEL_VALUE: 'true',
} as const;
