/** What becomes of a running cluster whose declaration changes. */
export enum UpgradeStrategy {
  /**
   * It stays, with the jobs on it, and a cluster of another name comes beside it. Works with every KubeRay.
   */
  NEW_CLUSTER = 'NewCluster',

  /**
   * It keeps its name; KubeRay ends head and workers, and with them every job, and starts new ones. Needs KubeRay 1.6.
   *
   * For clusters whose address others have written down, and whose jobs may be cut short at any time. A change of nothing but bounds of worker
   * groups or of tolerations restarts nothing.
   */
  RECREATE = 'Recreate',
}
