import { RayClusterV1Spec } from '../ray-cluster-types';
import { Rule, Violation } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';

export const redisIsAnOption: Rule<RayClusterV1Spec> = {
  id: 'RAY-G2',
  title: 'The address of a Redis is an option, not a variable of the head.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => headSettings(spec, { env: ['RAY_REDIS_ADDRESS'], params: [] }, 'nothing: it belongs in gcsFaultToleranceOptions.redisAddress'),
};

export const redisPasswordIsAnOption: Rule<RayClusterV1Spec> = {
  id: 'RAY-G3',
  title: 'The password of a Redis is an option when the other settings are.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.gcsFaultToleranceOptions === undefined ? [] :
    headSettings(spec, { env: ['REDIS_PASSWORD'], params: ['redis-password'] }, 'nothing: it belongs in gcsFaultToleranceOptions.redisPassword'),
};

export const redisUserIsAnOption: Rule<RayClusterV1Spec> = {
  id: 'RAY-G4',
  title: 'The user of a Redis is an option, not a setting of the head.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => headSettings(spec, { env: ['REDIS_USERNAME'], params: ['redis-username'] }, 'nothing: it belongs in gcsFaultToleranceOptions.redisUsername'),
};

export const redisHasAnAddress: Rule<RayClusterV1Spec> = {
  id: 'RAY-G8',
  title: 'A Redis has an address.',
  severity: 'error',
  since: '1.3',
  source: 'ours: the operator does not ask for it',
  why: 'The head looks for a Redis that it knows no way to, and never starts.',
  check: ({ gcsFaultToleranceOptions: options }) => options === undefined || options.backend === 'rocksdb' || options.redisAddress ? [] : [{
    at: 'gcsFaultToleranceOptions.redisAddress',
    got: options.redisAddress,
    expected: 'host and port of a Redis',
    fix: 'redisAddress: "redis:6379"',
  }],
};

function headSettings({ headGroupSpec }: RayClusterV1Spec, names: { env: string[]; params: string[] }, expected: string): Violation[] {
  const env = (headGroupSpec?.template.spec.containers[0]?.env ?? []).filter(({ name }) => names.env.includes(name));
  const params = Object.keys(headGroupSpec?.rayStartParams ?? {}).filter((name) => names.params.includes(name));
  return [
    ...env.map(({ name }) => ({ at: `headGroupSpec.template.spec.containers[0].env[${name}]`, got: 'a value', expected, fix: 'move it there' })),
    ...params.map((name) => ({ at: `headGroupSpec.rayStartParams.${name}`, got: 'a value', expected, fix: 'move it there' })),
  ];
}
