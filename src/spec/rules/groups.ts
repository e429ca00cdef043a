import { isLabel } from '../label-syntax';
import { Label } from '../labels';
import { INT32_MAX } from '../quantities';
import { RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { allGroups, groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';

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
  title: 'The bounds of a worker group are whole numbers, the right way round.',
  severity: 'error',
  source: 'KubeRay validation.go, validateWorkerGroups; CRD of KubeRay 1.7, format int32',
  why: 'The operator refuses a range that is upside down. A number beyond int32 it can\'t read, nor any other cluster until that one is gone.',
  check: (spec) => workerGroups(spec).filter((group) => group.maxReplicas !== undefined && !hasRange(group)).map((group) => ({
    at: groupPath(group),
    got: { minReplicas: group.minReplicas, maxReplicas: group.maxReplicas },
    expected: `0 <= minReplicas <= maxReplicas <= ${INT32_MAX}, all whole numbers`,
    fix: mendedRange(group),
  })),
};

export const mostReplicasAreSaid: Rule<RayClusterV1Spec> = {
  id: 'RAY-P4b',
  title: 'A worker group says how many workers there may be at most.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7, default of maxReplicas',
  why: 'The API server reads a missing maxReplicas as 2147483647.',
  unconfirmed: 'a missing maxReplicas has a default',
  check: (spec) => workerGroups(spec).filter(({ maxReplicas }) => maxReplicas === undefined).map((group) => ({
    at: `${groupPath(group)}.maxReplicas`,
    got: undefined,
    expected: 'how many workers there may be at most: maxReplicas is missing',
    fix: `maxReplicas: ${sufficientReplicas(group)}, or as many as you would pay for`,
  })),
};

export const groupHasAContainer: Rule<RayClusterV1Spec> = {
  id: 'RAY-P1',
  title: 'Head and worker groups have a container, the first of which runs Ray.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => allGroups(spec).filter(({ group }) => group.template.spec.containers.length === 0).map(({ at }) => ({
    at: `${at}.template.spec.containers`,
    got: [],
    expected: 'at least one container',
    fix: 'give back the container that the patch took',
  })),
};

export const startParametersAreTexts: Rule<RayClusterV1Spec> = {
  id: 'RAY-P9',
  title: 'The start parameters of a group are texts.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7, rayStartParams',
  why: 'The API server refuses the cluster.',
  check: (spec) => allGroups(spec).flatMap(({ at, group }) =>
    Object.entries(group.rayStartParams ?? {}).filter(([, value]) => typeof value !== 'string').map(([name, value]) => ({
      at: `${at}.rayStartParams.${name}`,
      got: value,
      expected: 'a text',
      fix: `${JSON.stringify(name)}: ${JSON.stringify(String(value))}`,
    }))),
};

export const labelsAreNoStartParam: Rule<RayClusterV1Spec> = {
  id: 'RAY-P3',
  title: 'The labels of Ray nodes stand in labels, not among the start parameters.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go, validateRayGroupLabels',
  why: REFUSED,
  check: (spec) => allGroups(spec).filter(({ group }) => group.rayStartParams?.labels !== undefined).map(({ at, group }) => ({
    at: `${at}.rayStartParams.labels`,
    got: group.rayStartParams?.labels,
    expected: `nothing: they belong in ${at}.labels`,
    fix: 'move them there, as a map',
  })),
};

/** Our own label is the group's name: NAME-07 says what is wrong with that. */
export const labelsAreOfKubernetes: Rule<RayClusterV1Spec> = {
  id: 'RAY-P3b',
  title: 'The labels of Ray nodes are labels to Kubernetes, too.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go, validateRayGroupLabels',
  why: REFUSED,
  check: (spec) => allGroups(spec).flatMap(({ at, group }) =>
    Object.entries(group.labels ?? {}).filter(([key, value]) => !isLabel(key, value) && key !== Label.WORKER_GROUP).map(([key, value]) => ({
      at: `${at}.labels[${key}]`,
      got: value,
      expected: 'at most 63 letters, digits and any of -_. between them, on both sides; the key after a DNS name and a slash, if any',
      fix: 'use plain words such as "tier" and "spot"',
    }))),
};

export const replicasAreWithinBounds: Rule<RayClusterV1Spec> = {
  id: 'RAY-P6',
  title: 'A group starts with as many workers as its bounds allow, of at least one host each.',
  severity: 'error',
  source: 'ours: KubeRay clamps replicas without a word',
  why: 'What is written down is not what comes to be.',
  unconfirmed: 'it starts as many as the bounds allow',
  check: (spec) => workerGroups(spec).flatMap((group) => [
    ...(startsWithinBounds(group) ? [] : [{
      at: `${groupPath(group)}.replicas`,
      got: group.replicas,
      expected: `nothing, or a number from ${group.minReplicas ?? 0} to ${group.maxReplicas}`,
      fix: 'drop it: the autoscaler writes it',
    }]),
    ...((group.numOfHosts ?? 1) >= 1 ? [] : [{ at: `${groupPath(group)}.numOfHosts`, got: group.numOfHosts, expected: 'at least 1', fix: 'drop it' }]),
  ]),
};

function startsWithinBounds({ replicas, minReplicas = 0, maxReplicas = Infinity }: WorkerGroupSpec): boolean {
  return replicas === undefined || (replicas >= minReplicas && replicas <= maxReplicas);
}

/** The bounds that are wrong, as they would do. */
function mendedRange(group: WorkerGroupSpec): string {
  const { minReplicas = 0, maxReplicas } = group;
  const least = isReplicas(minReplicas) ? [] : [`minReplicas: ${meantReplicas(minReplicas)}`];
  const most = isReplicas(maxReplicas) && meantReplicas(minReplicas) <= maxReplicas ? [] : [`maxReplicas: ${sufficientReplicas(group)}`];
  return [...least, ...most].join(', ');
}

/** As many as the group is to keep, or as whoever wrote a text in place of a number meant; one at least. */
function sufficientReplicas({ minReplicas, maxReplicas }: WorkerGroupSpec): number {
  return Math.max(1, meantReplicas(minReplicas), meantReplicas(maxReplicas));
}

/** The nearest number of workers that there may be; none for what is no number. */
function meantReplicas(given: unknown): number {
  const replicas = Math.ceil(Number(given));
  return Number.isFinite(replicas) ? Math.min(Math.max(replicas, 0), INT32_MAX) : 0;
}

function isReplicas(given: unknown): given is number {
  return Number.isInteger(given) && given as number >= 0 && given as number <= INT32_MAX;
}

function hasRange({ minReplicas = 0, maxReplicas }: WorkerGroupSpec): boolean {
  return isReplicas(minReplicas) && isReplicas(maxReplicas) && minReplicas <= maxReplicas;
}
