/**
 * What Ray measures, by the names under which it exports them. Source: `/metrics` of a running Ray 2.60; a test compares.
 */
export const Metric = {
  ACTIVE_NODES: 'ray_cluster_active_nodes',
  ACTORS: 'ray_actors',
  TASKS: 'ray_tasks',
  RUNNING_JOBS: 'ray_running_jobs',
  /** By `Name` and `State`, USED or AVAILABLE. */
  RESOURCES: 'ray_resources',
  NODE_CPU_PERCENT: 'ray_node_cpu_utilization',
  NODE_MEMORY_USED: 'ray_node_mem_used',
  NODE_MEMORY_TOTAL: 'ray_node_mem_total',
  NODE_DISK_PERCENT: 'ray_node_disk_utilization_percentage',
  OBJECT_STORE_USED: 'ray_object_store_used_memory',
  /** By `State`, such as Spilled. */
  SPILLED_BYTES: 'ray_spill_manager_objects_bytes',
  /** By `Reason`, such as Infeasible. */
  STUCK_TASKS: 'ray_scheduler_unscheduleable_tasks',
  AUTOSCALER_PENDING: 'autoscaler_pending_nodes',
  AUTOSCALER_FAILED: 'autoscaler_failed_create_nodes_total',
} as const;
