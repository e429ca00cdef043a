import { k8s } from 'cdk8s-plus-28';

/** What cdk8s-plus knows of a core kind. It writes down the fields it knows and drops all others. */
const WRITERS: Record<string, (object: any) => unknown> = {
  ConfigMap: k8s.toJson_KubeConfigMapProps,
  CronJob: k8s.toJson_KubeCronJobProps,
  DaemonSet: k8s.toJson_KubeDaemonSetProps,
  Deployment: k8s.toJson_KubeDeploymentProps,
  Namespace: k8s.toJson_KubeNamespaceProps,
  NetworkPolicy: k8s.toJson_KubeNetworkPolicyProps,
  PodDisruptionBudget: k8s.toJson_KubePodDisruptionBudgetProps,
  PriorityClass: k8s.toJson_KubePriorityClassProps,
  ResourceQuota: k8s.toJson_KubeResourceQuotaProps,
  Role: k8s.toJson_KubeRoleProps,
  RoleBinding: k8s.toJson_KubeRoleBindingProps,
  ServiceAccount: k8s.toJson_KubeServiceAccountProps,
};

/** Fields that cdk8s-plus takes as an object with a `value`. */
const BOXED = ['port', 'maxUnavailable', 'minAvailable', 'sizeLimit'];
const BOXED_MAPS = ['limits', 'requests', 'hard'];

/** The kinds that {@link withoutUnknownFields} knows. */
export const CORE_KINDS = Object.keys(WRITERS);

/** The fields of a core object that Kubernetes 1.28 knows: equal to the object when it has no others. */
export function withoutUnknownFields(object: { readonly kind: string }): unknown {
  const { apiVersion, kind, ...fields } = object as { apiVersion: string; kind: string };
  return JSON.parse(JSON.stringify({ apiVersion, kind, ...(WRITERS[kind](boxed(fields)) as object) }));
}

function boxed(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => boxed(item));
  }
  if (value !== null && typeof value === 'object') {
    const inMap = key !== undefined && BOXED_MAPS.includes(key);
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, inMap ? { value: child } : boxed(child, name)]));
  }
  return key !== undefined && BOXED.includes(key) ? { value } : value;
}
