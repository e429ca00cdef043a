import { FieldSince, GATES, OLDEST_KUBERAY } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isAtLeast } from '../versions';
import { gatedFields, unknownFields, VersionedField } from './known-fields';
import { allGroups, groupPath, oncePerSpec, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

export const fieldsAreKnown: Rule<RayClusterV1Spec> = {
  id: 'VER-01',
  title: 'A field is one that the target operator knows.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 to 1.7',
  why: 'The API server drops fields that its CRD does not know, without an error.',
  check: (spec, target) => unknownFields(versionedFields(spec), target),
};

export const targetIsSupported: Rule<RayClusterV1Spec> = {
  id: 'VER-02',
  title: 'The target operator is one that this library writes for.',
  severity: 'error',
  source: 'autoscalerOptions.version came with KubeRay 1.4',
  why: 'Without that field the idle timeouts of groups are refused.',
  check: (_spec, target) => isAtLeast(target.kuberay, OLDEST_KUBERAY) ? [] : [{
    at: 'kuberay',
    got: target.kuberay,
    expected: `${OLDEST_KUBERAY} or later`,
    fix: 'upgrade the operator, its CRDs first',
  }],
};

export const gatesAreOn: Rule<RayClusterV1Spec> = {
  id: 'VER-04',
  title: 'A field is one that the target operator acts on: its feature gate is on.',
  severity: 'error',
  source: 'KubeRay features.go and validation.go; RAY-S3, S4, S5 and G5 of one kind',
  why: 'The API server takes the field, and the operator refuses the cluster in a Warning event only: no status, no pods.',
  check: (spec, target) => gatedFields(versionedFields(spec), target),
};

const versionedFields = oncePerSpec((spec): readonly VersionedField[] => {
  const { authOptions, autoscalerOptions, gcsFaultToleranceOptions: gcs, headGroupSpec } = spec;
  return [
    { at: 'authOptions', since: FieldSince.AUTH_OPTIONS, value: authOptions, without: 'let in whoever reaches the cluster, authentication: Authentication.NONE' },
    { at: 'authOptions.secretName', since: FieldSince.AUTH_SECRET, value: authOptions?.secretName },
    { at: 'authOptions.enableK8sTokenAuth', since: FieldSince.K8S_TOKEN_AUTH, value: authOptions?.enableK8sTokenAuth },
    { at: 'autoscalerOptions.command', since: FieldSince.AUTOSCALER_COMMAND, value: autoscalerOptions?.command },
    { at: 'autoscalerOptions.args', since: FieldSince.AUTOSCALER_COMMAND, value: autoscalerOptions?.args },
    { at: 'headGroupSpec.ingressOptions', since: FieldSince.INGRESS_OPTIONS, value: headGroupSpec?.ingressOptions },
    { at: 'upgradeStrategy', since: FieldSince.UPGRADE_STRATEGY, value: spec.upgradeStrategy },
    { at: 'gcsFaultToleranceOptions.backend', since: FieldSince.GCS_BACKEND, value: gcs?.backend, gate: gcs?.backend === 'rocksdb' ? GATES.EMBEDDED_STORAGE : undefined },
    { at: 'gcsFaultToleranceOptions.storage', since: FieldSince.GCS_BACKEND, value: gcs?.storage },
    { at: 'networkPolicy', since: FieldSince.NETWORK_POLICY, value: spec.networkPolicy, gate: GATES.NETWORK_POLICY },
    { at: 'tlsOptions', since: FieldSince.TLS_OPTIONS, value: spec.tlsOptions, gate: GATES.MTLS },
    { at: 'historyServerOptions', since: FieldSince.HISTORY_SERVER, value: spec.historyServerOptions, gate: GATES.HISTORY_SERVER },
    ...allGroups(spec).flatMap(({ at, group }) => [
      { at: `${at}.resources`, since: FieldSince.GROUP_RESOURCES, value: group.resources },
      { at: `${at}.labels`, since: FieldSince.GROUP_LABELS, value: group.labels },
    ]),
    ...workerGroups(spec).flatMap((group) => [
      { at: `${groupPath(group)}.priority`, since: FieldSince.GROUP_PRIORITY, value: group.priority },
      { at: `${groupPath(group)}.suspend`, since: OLDEST_KUBERAY, value: group.suspend === true || undefined, gate: GATES.DELETION_POLICY },
    ]),
  ];
});
