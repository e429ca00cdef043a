import { PodTemplateSpec } from '../kubernetes-types';
import { GroupSpec, HeadGroupSpec, RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';

/**
 * A cluster with the parts that rules rely on. What others wrote, or a patch took away, may lack them: without a template there are no
 * containers, which RAY-P1 says at its place. What lacks nothing, as ours, is taken as it is.
 */
export function completeCluster(spec: RayClusterV1Spec): RayClusterV1Spec {
  const head: Partial<HeadGroupSpec> = spec.headGroupSpec ?? {};
  const workers: Partial<WorkerGroupSpec>[] = spec.workerGroupSpecs ?? [];
  return { ...spec, headGroupSpec: completeGroup(head), workerGroupSpecs: workers.map(completeWorkers) };
}

/** A job with the parts that rules rely on. */
export function completeJob(spec: RayJobV1Spec): RayJobV1Spec {
  const { submitterPodTemplate: submitter, rayClusterSpec: cluster } = spec;
  return { ...spec, submitterPodTemplate: submitter && completeTemplate(submitter), rayClusterSpec: cluster && completeCluster(cluster) };
}

function completeWorkers(group: Partial<WorkerGroupSpec>): WorkerGroupSpec {
  const complete = completeGroup(group);
  return isNamed(complete) ? complete : { ...complete, groupName: '' };
}

function isNamed(group: Partial<WorkerGroupSpec> & GroupSpec): group is WorkerGroupSpec {
  return group.groupName !== undefined;
}

function completeGroup<Group extends Partial<GroupSpec>>(group: Group): Group & GroupSpec {
  return hasContainers(group) ? group : { ...group, template: completeTemplate(group.template) };
}

function hasContainers<Group extends Partial<GroupSpec>>(group: Group): group is Group & GroupSpec {
  return group.template?.spec?.containers !== undefined;
}

function completeTemplate(template: Partial<PodTemplateSpec> = {}): PodTemplateSpec {
  const { containers = [], ...pod }: Partial<PodTemplateSpec['spec']> = template.spec ?? {};
  return { ...template, spec: { ...pod, containers } };
}
