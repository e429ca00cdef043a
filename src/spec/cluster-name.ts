import { hashOf, NAME_HASH_LENGTH, NameLimit, withHash } from './names';

/** Length at most of the part of a RayCluster's name that stays when the content changes. */
export const CLUSTER_LABEL_LIMIT = NameLimit.RAY_CLUSTER_UNCUT - NAME_HASH_LENGTH - 1;

/** What the autoscaler reads again while the cluster runs; all else is fixed when a pod starts. */
const CHANGES_IN_PLACE = ['replicas', 'minReplicas', 'maxReplicas'];

/**
 * Names a RayCluster by its content.
 *
 * KubeRay doesn't roll an edited spec out to running pods, it mixes old and new ones. So other content is another cluster, under another name;
 * only the bounds of a worker group may change in place, as in KubeRay's own hash.
 *
 * @param label what stays when the content changes, at most {@link CLUSTER_LABEL_LIMIT} long
 * @param spec `RayCluster.spec`
 */
export function clusterName(label: string, spec: object): string {
  const content: unknown = JSON.parse(JSON.stringify(spec, (key, value: unknown) => CHANGES_IN_PLACE.includes(key) ? undefined : value));
  return withHash(label, hashOf(sorted(content)), NameLimit.RAY_CLUSTER_UNCUT);
}

/** The same value with keys in one order, so that the order in which a spec was written down doesn't count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, child]) => [key, sorted(child)]));
  }
  return value;
}
