import { RayClusterV1Spec } from '../ray-cluster-types';
import { ownedSettings } from './operator-owned';
import { refused } from './refused';
import { Rule } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';
const REDIS_FIELDS = ['redisAddress', 'redisUsername', 'redisPassword', 'externalStorageNamespace'] as const;
const SIZE_FIELDS = ['size', 'storageClassName', 'accessModes'] as const;
const STORAGE = { env: ['RAY_gcs_storage', 'RAY_gcs_storage_path'], volumes: ['gcs-storage'], paths: ['/data/gcs'] };

export const embeddedStorageStandsAlone: Rule<RayClusterV1Spec> = {
  id: 'RAY-G5',
  title: 'A control store that is embedded needs no Redis, and is mounted by the operator.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7; its feature gate is VER-04',
  why: REFUSED,
  check: ({ gcsFaultToleranceOptions: options, headGroupSpec: head }) => options?.backend !== 'rocksdb' ? [] : [
    ...REDIS_FIELDS.filter((field) => options[field] !== undefined).flatMap((field) => refused(true, `gcsFaultToleranceOptions.${field}`, 'a value', 'nothing with backend "rocksdb"')),
    ...SIZE_FIELDS.filter((field) => options.storage?.claimName !== undefined && options.storage[field] !== undefined).flatMap((field) =>
      refused(true, `gcsFaultToleranceOptions.storage.${field}`, options.storage?.[field], 'nothing beside claimName: that claim has a size already')),
    ...ownedSettings('headGroupSpec.template.spec.containers[0]', head?.template.spec.containers[0] ?? {}, STORAGE),
    ...(head?.template.spec.volumes ?? []).filter(({ name }) => STORAGE.volumes.includes(name)).flatMap(({ name }) =>
      refused(true, `headGroupSpec.template.spec.volumes[${name}]`, name, 'a volume of another name: the operator adds this one')),
  ],
};

export const redisNeedsNoStorage: Rule<RayClusterV1Spec> = {
  id: 'RAY-G6',
  title: 'Storage is for a control store that is embedded.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7',
  why: REFUSED,
  check: ({ gcsFaultToleranceOptions: options }) => refused(
    options?.storage !== undefined && options.backend !== 'rocksdb', 'gcsFaultToleranceOptions.storage', options?.storage, 'nothing unless backend is "rocksdb"',
  ),
};

export const backendIsKnown: Rule<RayClusterV1Spec> = {
  id: 'RAY-G7',
  title: 'The backend of the control store is one that there is; it can never change under one name.',
  severity: 'error',
  since: '1.7',
  source: 'CRD of KubeRay 1.7: an enumeration, and a CEL rule that holds the value',
  why: 'The API server refuses the cluster.',
  check: ({ gcsFaultToleranceOptions: options }) => refused(
    ![undefined, 'redis', 'rocksdb'].includes(options?.backend), 'gcsFaultToleranceOptions.backend', options?.backend, '"redis" or "rocksdb"',
  ),
};
