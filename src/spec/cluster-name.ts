import { hashOf, NAME_HASH_LENGTH, NameLimit, withHash } from './names';

/** Length at most of the part of a RayCluster's name that stays when the content changes. */
export const CLUSTER_LABEL_LIMIT = NameLimit.RAY_CLUSTER_UNCUT - NAME_HASH_LENGTH - 1;

/** What the autoscaler reads again while the cluster runs; all else is fixed when a pod starts. */
const CHANGES_IN_PLACE = new Set(['replicas', 'minReplicas', 'maxReplicas']);

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
  return withHash(label, hashOf(inOneOrder(spec)), NameLimit.RAY_CLUSTER_UNCUT);
}

/**
 * The same value with keys in one order and without what changes in place, so that the order in which a spec was written down doesn't count.
 *
 * What cdk8s rendered is in that order already, and most of it is taken as it is: to write it anew takes longer than all rules do.
 */
function inOneOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    const items = value.map(inOneOrder);
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  return fieldsInOneOrder(value as Record<string, unknown>);
}

function fieldsInOneOrder(fields: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(fields);
  const ordered: Record<string, unknown> = {};
  let isSame = keys.every((key, i) => i === 0 || keys[i - 1] < key);
  for (const key of isSame ? keys : keys.sort()) {
    const isFixed = !CHANGES_IN_PLACE.has(key);
    if (isFixed) {
      ordered[key] = inOneOrder(fields[key]);
    }
    isSame &&= isFixed && ordered[key] === fields[key];
  }
  return isSame ? fields : ordered;
}
