import { hashOf, NAME_HASH_LENGTH, NameLimit, withHash } from './names';
import { inOneOrder } from './one-order';

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
  return withHash(label, hashOf(inOneOrder(spec, CHANGES_IN_PLACE)), NameLimit.RAY_CLUSTER_UNCUT);
}
