/**
 * What the pods of a RayCluster ask of their nodes, as it stands in the manifest, patches included.
 */

import { ResourceRequirements } from './kubernetes-types';
import { PodSize } from './node-size';
import { amountOf } from './quantities';
import { AUTOSCALER_RESOURCES } from './ray-cluster';
import { GroupSpec, RayClusterV1Spec } from './ray-cluster-types';
import { GPU } from './resource-names';
import { oncePerSpec } from './rules/ray-cluster-fields';

/** The head, with the autoscaler beside it. */
export function emittedHead({ headGroupSpec, enableInTreeAutoscaling, autoscalerOptions }: RayClusterV1Spec): PodSize {
  const { resources = { requests: AUTOSCALER_RESOURCES } } = autoscalerOptions ?? {};
  return sum([...resourcesIn(headGroupSpec), ...(enableInTreeAutoscaling === true ? [resources] : [])]);
}

/** A worker of a group, and how many of them there may be. Nothing where the group isn't emitted. */
export function emittedWorkers(spec: RayClusterV1Spec, groupName: string): { pod: PodSize; maxReplicas: number } | undefined {
  const group = groupsByName(spec).get(groupName);
  return group && { pod: sum(resourcesIn(group)), maxReplicas: group.maxReplicas ?? 0 };
}

/** Of several of one name the first, as NAME-05 wants no other. */
const groupsByName = oncePerSpec(({ workerGroupSpecs = [] }) => new Map([...workerGroupSpecs].reverse().map((group) => [group.groupName, group])));

function resourcesIn(group: Partial<GroupSpec> | undefined): ResourceRequirements[] {
  return (group?.template?.spec?.containers ?? []).map(({ resources = {} }) => resources);
}

/** What can't be read counts as nothing: RAY-P7 says so. */
function sum(asking: readonly ResourceRequirements[]): PodSize {
  const total = (name: string) => asking.reduce((all, resources) => all + requested(resources, name), 0);
  return { cpus: total('cpu'), memoryBytes: total('memory'), gpus: total(GPU) };
}

/** What has a limit alone asks for all of it. Source: Kubernetes documentation, resource management for pods and containers. */
function requested({ requests = {}, limits = {} }: ResourceRequirements, name: string): number {
  const quantity: unknown = requests[name] ?? limits[name];
  return quantity === undefined ? 0 : amountOf(String(quantity)) ?? 0;
}
