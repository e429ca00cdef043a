import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayObject } from '../ray-object';
import { refused } from './refused';
import { Rule } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';

export const faultToleranceIsSaidOnce: Rule<RayObject<RayClusterV1Spec>> = {
  id: 'RAY-G1',
  title: 'Fault tolerance of the control store is said by options or by the older annotation, not both.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (object) => annotated(object, 'ray.io/ft-enabled', 'nothing: gcsFaultToleranceOptions says it'),
};

export const storageNamespaceIsAnOption: Rule<RayObject<RayClusterV1Spec>> = {
  id: 'RAY-G3b',
  title: 'The namespace of the control store in a Redis is an option when the other settings are.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (object) => annotated(object, 'ray.io/external-storage-namespace', 'nothing: it belongs in gcsFaultToleranceOptions.externalStorageNamespace'),
};

function annotated({ metadata, spec }: RayObject<RayClusterV1Spec>, name: string, expected: string) {
  const value = metadata.annotations?.[name];
  return refused(Boolean(value) && spec.gcsFaultToleranceOptions !== undefined, `metadata.annotations[${name}]`, value, expected);
}
