/** The group of the API of roles and of who has them. */
export const RBAC = 'rbac.authorization.k8s.io';

export interface PolicyRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
  /** Absent: all of them. */
  readonly resourceNames?: string[];
}

/**
 * What the pods of a Ray cluster may do in their namespace: exactly what Ray's autoscaler needs.
 *
 * Source: the Role that KubeRay 1.7 makes for a head (`common/rbac.go`). Geneva's documentation binds a cluster-wide one.
 */
export const RAY_POD_ACCESS: PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: [''], resources: ['pods/resize'], verbs: ['patch'] },
  { apiGroups: ['ray.io'], resources: ['rayclusters'], verbs: ['get', 'patch'] },
];
