import { RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';
import { GPU } from '../resource-names';

/** Seconds that a worker with GPUs may idle before it is worth a remark. Ours: a GPU node comes back in less than that. */
const LONG_IDLE_SECONDS = 900;

export const gpuWorkersLeave: Rule<RayClusterV1Spec> = {
  id: 'COST-01',
  title: 'Workers with GPUs leave when there is no work.',
  severity: 'advice',
  source: 'ours',
  why: 'Workers below minReplicas stay, and are paid for, as long as the cluster exists.',
  check: (spec) => workerGroups(spec).filter((group) => hasGpus(group) && (group.minReplicas ?? 0) > 0).map((group) => ({
    at: `${groupPath(group)}.minReplicas`,
    got: group.minReplicas,
    expected: '0, so that GPU nodes are bought for work only',
    fix: 'minReplicas: 0, or write down why these stay',
  })),
};

export const gpuWorkersDoNotIdleForLong: Rule<RayClusterV1Spec> = {
  id: 'COST-02',
  title: 'Workers with GPUs idle for a quarter of an hour at most.',
  severity: 'advice',
  source: 'ours',
  why: 'A GPU node is paid for while it idles, and bought again in less time.',
  check: (spec) => workerGroups(spec).filter((group) => hasGpus(group) && (group.idleTimeoutSeconds ?? 0) > LONG_IDLE_SECONDS).map((group) => ({
    at: `${groupPath(group)}.idleTimeoutSeconds`,
    got: group.idleTimeoutSeconds,
    expected: `at most ${LONG_IDLE_SECONDS}`,
    fix: 'idleTimeout: Duration.minutes(5)',
  })),
};

function hasGpus(group: WorkerGroupSpec): boolean {
  return Number(group.template.spec.containers[0]?.resources?.limits?.[GPU] ?? 0) > 0;
}
