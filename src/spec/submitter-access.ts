import { PolicyRule, RBAC } from './pod-access';
import { RayPort } from './ray-ports';

/** What a submitter is let at. */
export interface SubmitterAccessSpec {
  readonly rayCluster: string;
  /** The service of its head. */
  readonly service: string;
  /** The ConfigMap of the stack descriptor. */
  readonly descriptor: string;
  /** The Secret of Ray's token. Absent: callers show none. */
  readonly tokenSecret?: string;
  readonly portForward: boolean;
  /** Whether runs have clusters of their own. */
  readonly runClusters: boolean;
}

/** Somebody who has a role, as a RoleBinding names them. */
export interface RbacSubject {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** Those who submit, as a RoleBinding names them. */
export function submitterSubjects(users: readonly string[], groups: readonly string[]): RbacSubject[] {
  const named = (kind: string, names: readonly string[]) => names.map((name) => ({ apiGroup: RBAC, kind, name }));
  return [...named('User', users), ...named('Group', groups)];
}

/** The name by which RBAC knows what is behind the API server's proxy for services. */
export function proxiedService(service: string, port: number = RayPort.DASHBOARD): string {
  return `http:${service}:${port}`;
}

/**
 * What who submits jobs by way of the API server may do: reach this head, and look at this cluster.
 *
 * Pods and events can't be granted by name: a list is of the namespace. Neither can a port-forward, which reaches every port of every pod. KubeRay
 * gives the clusters of runs names that nobody knows before, so with them it is all clusters and all services of the namespace.
 */
export function submitterAccess({ rayCluster, service, descriptor, tokenSecret, portForward, runClusters }: SubmitterAccessSpec): PolicyRule[] {
  return [
    { apiGroups: [''], resources: ['services/proxy'], verbs: ['get', 'create'], ...(runClusters ? {} : { resourceNames: [proxiedService(service)] }) },
    { apiGroups: ['ray.io'], resources: ['rayclusters'], verbs: ['get'], ...(runClusters ? {} : { resourceNames: [rayCluster] }) },
    ...(runClusters ? [{ apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] }] : []),
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: [descriptor] },
    ...(tokenSecret === undefined ? [] : [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: [tokenSecret] }]),
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list'] }, // the steps of a run that Kubernetes sees
    ...(portForward ? [{ apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] }] : []), // 1.35 asks for both
  ];
}
