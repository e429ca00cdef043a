import { Target } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { RayObject } from '../ray-object';
import { RayCronJobV1Spec, RayServiceV1Spec } from '../ray-service-types';
import * as catalogue from './catalogue';
import { checkRayClusterObject, checkRayClusterOf, checkRayJob, checkRayJobSpec } from './check';
import { below, Finding, findings } from './rule';

type Check = (object: RayObject<never>, target: Target) => Finding[];

const CHECKS: Record<string, Check> = {
  RayCluster: (object: RayObject<RayClusterV1Spec>, target) => checkRayClusterObject(object, target),
  RayJob: (object: RayObject<RayJobV1Spec>, target) => checkRayJob(object, target),
  RayService: checkRayService,
  RayCronJob: checkRayCronJob,
};

/** Checks an object of KubeRay by its kind, whoever wrote it; finds nothing about other objects. */
export function checkRayObject(kind: string, object: RayObject<object>, target: Target): Finding[] {
  return CHECKS[kind]?.({ metadata: object.metadata, spec: object.spec ?? {} } as RayObject<never>, target) ?? [];
}

function checkRayService(object: RayObject<RayServiceV1Spec>, target: Target): Finding[] {
  const { metadata, spec } = object;
  return [
    ...findings(catalogue.RAY_SERVICE_NAME_RULES, metadata.name, target),
    ...findings(catalogue.RAY_SERVICE_OBJECT_RULES, object, target),
    ...findings(catalogue.RAY_SERVICE_RULES, spec, target),
    ...below('rayClusterConfig', checkRayClusterOf(metadata, spec.rayClusterConfig ?? {}, target)),
  ];
}

/** What KubeRay makes of the job's annotations is not of the template, so there are none to check. */
function checkRayCronJob({ metadata, spec }: RayObject<RayCronJobV1Spec>, target: Target): Finding[] {
  return [
    ...findings(catalogue.RAY_CRON_JOB_NAME_RULES, metadata.name, target),
    ...findings(catalogue.RAY_CRON_JOB_RULES, spec, target),
    ...(spec.jobTemplate === undefined ? [] : below('jobTemplate', checkRayJobSpec({ metadata: { name: metadata.name }, spec: spec.jobTemplate }, target))),
  ];
}
