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
  return Array.isArray(value) ? itemsInOneOrder(value) : fieldsInOneOrder(value as Record<string, unknown>);
}

function itemsInOneOrder(items: unknown[]): unknown[] {
  const ordered = items.map(inOneOrder);
  return ordered.some((item, i) => item !== items[i]) ? ordered : items;
}

/** Makes no new object until it finds that it needs one. */
function fieldsInOneOrder(fields: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(fields);
  const isSorted = keys.every((key, i) => i === 0 || keys[i - 1] < key);
  let ordered: Record<string, unknown> | undefined = isSorted ? undefined : {};
  for (const key of isSorted ? keys : keys.sort()) {
    const isFixed = !CHANGES_IN_PLACE.has(key);
    const value = isFixed ? inOneOrder(fields[key]) : undefined;
    if (ordered === undefined && value !== fields[key]) {
      ordered = Object.fromEntries(keys.slice(0, keys.indexOf(key)).map((before) => [before, fields[before]]));
    }
    if (ordered !== undefined && isFixed) {
      ordered[key] = value;
    }
  }
  return ordered ?? fields;
}
