/** What a cluster is when nothing else is asked for; the same for cdk8s and Pulumi. */
export const ClusterDefaults = {
  /** The latest KubeRay that this library knows. */
  KUBERAY: '1.7',
  /** What Geneva's troubleshooting page asks for; with 1 CPU and 2 GB heads run out of memory. */
  HEAD_CPUS: 4,
  HEAD_MEMORY_BYTES: 8 * 1024 ** 3,
  /** The default of Ray, and of Geneva's builders. */
  IDLE_TIMEOUT_SECONDS: 60,
  /** The value that Geneva's own builders select by default. */
  HEAD_NODE_LABEL_VALUE: 'true',
  /** CPUs of all nodes for heads together. */
  HEAD_POOL_CPU_LIMIT: 32,
  /** The value that Geneva's documentation gives to the labels of nodes for workers. */
  NODE_LABEL_VALUE: 'true',
} as const;
