/** The feature gates of KubeRay that fields are behind, which only patches and objects of your own use. */
export enum KubeRayFeature {
  /** `spec.networkPolicy` of a cluster. */
  NETWORK_POLICY = 'RayClusterNetworkPolicy',

  /** `spec.tlsOptions` of a cluster. Needs cert-manager, too. */
  MTLS = 'RayClusterMTLS',

  /** `gcsFaultToleranceOptions.backend: rocksdb` of a cluster. */
  EMBEDDED_STORAGE = 'GCSFaultToleranceEmbeddedStorage',

  /** `spec.historyServerOptions` of a cluster. */
  HISTORY_SERVER = 'RayClusterHistoryServer',

  /** `deletionStrategy` of a RayJob and `suspend` of a worker group; on by itself from 1.6. */
  DELETION_POLICY = 'RayJobDeletionPolicy',

  /** Upgrades of a RayService step by step; on by itself from 1.7. */
  INCREMENTAL_UPGRADE = 'RayServiceIncrementalUpgrade',

  /** RayCronJobs. */
  CRON_JOB = 'RayCronJob',
}
