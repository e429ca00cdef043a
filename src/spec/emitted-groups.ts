import { ResourceRequirements } from './kubernetes-types';
import { amountOf, INT32_MAX } from './quantities';
import { WorkerSpec } from './ray-cluster';
import { RayClusterV1Spec, WorkerGroupSpec } from './ray-cluster-types';

/** Seconds that a worker may idle where nobody says how long. Source: Ray 2.60, autoscaler/_private/kuberay/autoscaling_config.py. */
const IDLE_SECONDS_UNSAID = 60;

/** A worker group as it stands in a RayCluster, patches included; sizes are what Ray's autoscaler takes one worker for. */
export interface EmittedGroup extends Omit<WorkerSpec, 'placement' | 'priority'> {
  /** Labels of its Ray nodes. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The worker groups of a RayCluster. What can't be read counts as nothing: rules on the cluster say so at its place. */
export function emittedGroups({ workerGroupSpecs = [], autoscalerOptions }: RayClusterV1Spec): EmittedGroup[] {
  return workerGroupSpecs.map((group) => ({
    name: group.groupName,
    ...raySize(group),
    minReplicas: group.minReplicas ?? 0,
    maxReplicas: group.maxReplicas ?? INT32_MAX, // the default of the CRD of KubeRay 1.7
    idleTimeoutSeconds: group.idleTimeoutSeconds ?? autoscalerOptions?.idleTimeoutSeconds ?? IDLE_SECONDS_UNSAID,
    labels: group.labels ?? {},
  }));
}

/** `resources` of the group, then the start parameters, then the container. Source: Ray 2.60, autoscaler/_private/kuberay/autoscaling_config.py. */
function raySize({ resources = {}, rayStartParams = {}, template }: WorkerGroupSpec): Pick<EmittedGroup, 'cpus' | 'memoryBytes' | 'gpus'> {
  const asked: ResourceRequirements = template?.spec?.containers?.[0]?.resources ?? {};
  const { limits = {}, requests = {} } = asked;
  const gpus = Object.keys({ ...limits, ...requests }).find((name) => name.endsWith('gpu')) ?? '';
  return {
    cpus: whole(resources.CPU ?? rayStartParams['num-cpus'] ?? limits.cpu ?? requests.cpu),
    memoryBytes: whole(resources.memory ?? rayStartParams.memory ?? limits.memory ?? requests.memory),
    gpus: whole(resources.GPU ?? rayStartParams['num-gpus'] ?? limits[gpus] ?? requests[gpus]),
  };
}

function whole(quantity: unknown): number {
  return quantity === undefined ? 0 : Math.ceil(amountOf(String(quantity)) ?? 0);
}
