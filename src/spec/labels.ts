/** Labels that this library puts on objects and pods. */
export const Label = {
  /** Ray pods: the cluster by the name it keeps when its content, and so its full name, changes. */
  CLUSTER: 'geneva-constructs/cluster',
  /** Ray nodes: the worker group, for label scheduling. */
  WORKER_GROUP: 'geneva-constructs/worker-group',
  /** Pods that submit jobs on a schedule: the cluster that they submit to. */
  SUBMITTER: 'geneva-constructs/submits-to',
  /** Pause pods of a head pool. */
  KEEP_WARM: 'geneva-constructs/keep-warm',
  /** Pods that have images pulled: the environment. */
  PRE_PULL: 'geneva-constructs/pre-pull',
  /** Pods that have images pulled: `head` or `workers`. */
  PRE_PULL_FOR: 'geneva-constructs/pre-pull-for',
  /** Kubernetes nodes: those for Ray heads. Geneva's own builders select them by it. */
  RAY_HEAD_NODE: 'geneva.lancedb.com/ray-head',
  /** Kubernetes nodes: those for Ray workers without GPUs, as Geneva's documentation has it. */
  RAY_CPU_WORKER_NODE: 'geneva.lancedb.com/ray-worker-cpu',
  /** Kubernetes nodes: those for Ray workers with GPUs, as Geneva's documentation has it. */
  RAY_GPU_WORKER_NODE: 'geneva.lancedb.com/ray-worker-gpu',
  /** Set by KubeRay on its pods: `head` or `worker`. */
  RAY_NODE_TYPE: 'ray.io/node-type',
} as const;
