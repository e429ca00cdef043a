import { ClusterApi } from './cluster-api';
import { ifAllowed } from './if-allowed';
import { conditionOf, RayCluster } from './objects';
import { Label } from '../../spec/labels';

/** Why a head is not up, as KubeRay tells it. Undefined: it is. */
export function headTrouble(cluster: RayCluster): string | undefined {
  const ready = conditionOf(cluster, 'HeadPodReady');
  if (ready?.status === 'True') { return undefined; }
  if (cluster.spec?.suspend || conditionOf(cluster, 'RayClusterSuspended')?.status === 'True') { return 'the cluster is suspended: a queue holds it, or somebody did'; }
  return podTrouble(cluster) ?? (ready ? inWords(ready) : 'the operator has not looked at it yet');
}

/** Why the operator can't make or delete pods. A head can be up all the same. */
export function podTrouble(cluster: RayCluster): string | undefined {
  const failed = conditionOf(cluster, 'ReplicaFailure');
  return failed?.status === 'True' ? inWords(failed) : undefined;
}

/** The same as {@link headTrouble}, with what the scheduler says of the pod: KubeRay calls a pod without a node "Unknown". */
export async function whyHeadIsDown(cluster: ClusterApi): Promise<string | undefined> {
  const trouble = headTrouble(await cluster.rayCluster());
  if (trouble === undefined) { return undefined; }
  const pods = await ifAllowed(() => cluster.pods()) ?? [];
  const scheduled = pods.filter(({ metadata: { labels } }) => labels?.[Label.RAY_NODE_TYPE] === 'head').map((pod) => conditionOf(pod, 'PodScheduled'));
  const waits = scheduled.find((condition) => condition?.status === 'False');
  return waits ? `no node takes it: ${waits.message ?? waits.reason}` : trouble;
}

function inWords({ reason, message }: { readonly reason?: string; readonly message?: string }): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ').replace(/[: ]+$/, '');
}
