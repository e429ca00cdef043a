import { Container, PodTemplateSpec } from '../kubernetes-types';
import { GroupSpec, HeadGroupSpec, RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { isList, isMap, listOr, mapOr } from './maps-and-lists';

/**
 * A cluster with the parts that rules rely on. What others wrote, or a patch took away, may lack them, or have something else in their place, which
 * RAY-P10 tells: without a template there are no containers, which RAY-P1 says at its place. What lacks nothing, as ours, is taken as it is.
 */
export function completeCluster(given: RayClusterV1Spec): RayClusterV1Spec {
  const spec: RayClusterV1Spec = mapOr(given, {});
  const head: Partial<HeadGroupSpec> = mapOr(spec.headGroupSpec, {});
  const workers: Partial<WorkerGroupSpec>[] = listOr(spec.workerGroupSpecs, []).filter(isMap);
  return {
    ...spec,
    authOptions: mapOr(spec.authOptions, undefined),
    autoscalerOptions: mapOr(spec.autoscalerOptions, undefined),
    gcsFaultToleranceOptions: mapOr(spec.gcsFaultToleranceOptions, undefined),
    headGroupSpec: completeGroup(head),
    workerGroupSpecs: workers.map(completeWorkers),
  };
}

/** A job with the parts that rules rely on. */
export function completeJob(given: RayJobV1Spec): RayJobV1Spec {
  const spec: RayJobV1Spec = mapOr(given, {});
  const [submitter, cluster] = [mapOr(spec.submitterPodTemplate, undefined), mapOr(spec.rayClusterSpec, undefined)];
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
  return isComplete(group) ? group : {
    ...group,
    template: completeTemplate(mapOr(group.template, {})),
    labels: mapOr(group.labels, undefined),
    rayStartParams: mapOr(group.rayStartParams, undefined),
    resources: mapOr(group.resources, undefined),
  };
}

function isComplete<Group extends Partial<GroupSpec>>(group: Group): group is Group & GroupSpec {
  const { template, labels, rayStartParams, resources } = group;
  const containers: unknown = template?.spec?.containers;
  return isList(containers) && containers.every(isWhole) && [template?.metadata, labels, rayStartParams, resources].every(isMapIfGiven);
}

function isWhole(container: unknown): boolean {
  if (!isMap(container)) { return false; }
  const { env, ports, resources } = container as Partial<Container>;
  return [env, ports].every((list) => list === undefined || (isList(list) && list.every(isMap)))
    && [resources, resources?.limits, resources?.requests].every(isMapIfGiven);
}

function isMapIfGiven(value: unknown): boolean {
  return value === undefined || isMap(value);
}

function completeTemplate(template: Partial<PodTemplateSpec>): PodTemplateSpec {
  const { containers: given, ...pod }: Partial<PodTemplateSpec['spec']> = mapOr(template.spec, {});
  const containers = listOr(given, []).filter(isMap).map(wholeContainer);
  return { ...template, metadata: mapOr(template.metadata, undefined), spec: { ...pod, containers } };
}

function wholeContainer(container: Container): Container {
  if (isWhole(container)) { return container; }
  const resources = mapOr(container.resources, undefined);
  return {
    ...container,
    env: container.env && listOr(container.env, []).filter(isMap),
    ports: container.ports && listOr(container.ports, []).filter(isMap),
    resources: resources && { ...resources, limits: mapOr(resources.limits, undefined), requests: mapOr(resources.requests, undefined) },
  };
}
