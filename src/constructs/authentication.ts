/** What callers of the Jobs API, the dashboard and the Ray client have to show. */
export enum Authentication {
  /**
   * The cluster's token, which KubeRay makes and keeps in a Secret of the cluster's name. Needs KubeRay 1.5.1 and Ray 2.52.
   */
  TOKEN = 'token',

  /**
   * Nothing. Whoever reaches the head runs code on the cluster (CVE-2023-48022), so keep the network isolated.
   *
   * For clients that can't send a token.
   */
  NONE = 'none',
}
