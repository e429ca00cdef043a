import { RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { allGroups, groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

const RESOURCE_PARAMS = ['num-cpus', 'num-gpus', 'memory', 'resources'];

export const resourcesAreSaidOnce: Rule<RayClusterV1Spec> = {
  id: 'RAY-P2',
  title: 'A group says its Ray resources once.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go, validateRayGroupResources',
  why: 'The operator refuses a group that says its Ray resources twice.',
  check: (spec) => allGroups(spec).filter(({ group }) => group.resources !== undefined).flatMap(({ at, group }) =>
    RESOURCE_PARAMS.filter((param) => group.rayStartParams?.[param] !== undefined).map((param) => ({
      at: `${at}.rayStartParams.${param}`,
      got: group.rayStartParams?.[param],
      expected: 'it in resources or in rayStartParams, not both',
      fix: `drop rayStartParams.${param}`,
    }))),
};

export const replicasAreARange: Rule<RayClusterV1Spec> = {
  id: 'RAY-P4',
  title: 'The bounds of a worker group are written out and the right way round.',
  severity: 'error',
  source: 'KubeRay validation.go, validateWorkerGroups; CRD default of maxReplicas',
  why: 'The operator refuses a range that is upside down, and reads a missing maxReplicas as 2147483647.',
  check: (spec) => workerGroups(spec).filter((group) => !hasRange(group)).map((group) => ({
    at: groupPath(group),
    got: { minReplicas: group.minReplicas, maxReplicas: group.maxReplicas },
    expected: '0 <= minReplicas <= maxReplicas, both whole numbers and maxReplicas written out',
    fix: `maxReplicas: ${Math.max(1, group.minReplicas ?? 0)}`,
  })),
};

function hasRange(group: WorkerGroupSpec): boolean {
  const { minReplicas = 0, maxReplicas } = group;
  return Number.isInteger(minReplicas) && Number.isInteger(maxReplicas) && minReplicas >= 0 && minReplicas <= maxReplicas!;
}
