import { closest } from '../closest';
import { areFieldsListed, RAY_JOB_FIELDS, RayClusterField } from '../crd-fields';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { groupPath, workerGroups } from './ray-cluster-fields';
import { Rule, Violation } from './rule';

const DROPPED = 'The API server drops fields that its CRD does not know; only clients that ask it to be strict, such as kubectl, hear of it.';

export const clusterFieldsHaveTheirNames: Rule<RayClusterV1Spec> = {
  id: 'VER-11',
  title: 'Every field of a cluster is one that some KubeRay knows.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7',
  why: DROPPED,
  check: (spec, target) => !areFieldsListed(target) ? [] : [
    ...strangers('', spec, RayClusterField.SPEC),
    ...strangers('autoscalerOptions.', spec.autoscalerOptions, RayClusterField.AUTOSCALER),
    ...strangers('authOptions.', spec.authOptions, RayClusterField.AUTH),
    ...strangers('gcsFaultToleranceOptions.', spec.gcsFaultToleranceOptions, RayClusterField.FAULT_TOLERANCE),
    ...strangers('headGroupSpec.', spec.headGroupSpec, RayClusterField.HEAD_GROUP),
    ...workerGroups(spec).flatMap((group) => strangers(`${groupPath(group)}.`, group, RayClusterField.WORKER_GROUP)),
  ],
};

export const jobFieldsHaveTheirNames: Rule<RayJobV1Spec> = {
  id: 'VER-12',
  title: 'Every field of a job is one that some KubeRay knows.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7',
  why: DROPPED,
  check: (spec, target) => areFieldsListed(target) ? strangers('', spec, RAY_JOB_FIELDS) : [],
};

/** The fields of an object that are not among those that there are. */
function strangers(at: string, object: object | undefined, known: readonly string[]): Violation[] {
  return Object.entries(object ?? {}).filter(([name, value]) => value !== undefined && !known.includes(name)).map(([name, value]) => {
    const meant = closest(name, known) ?? known.find((other) => other.startsWith(name) || name.startsWith(other));
    return {
      at: `${at}${name}`,
      got: value,
      expected: `one of ${[...known].sort().join(', ')}`,
      fix: meant === undefined ? 'drop it' : `did you mean ${meant}?`,
    };
  });
}
