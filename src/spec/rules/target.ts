import { FieldSince, OLDEST_KUBERAY } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isAtLeast } from '../versions';
import { allGroups, groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

interface VersionedField {
  readonly at: string;
  readonly since: string;
  readonly value: unknown;
}

export const fieldsAreKnown: Rule<RayClusterV1Spec> = {
  id: 'VER-01',
  title: 'A field is one that the target operator knows.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 to 1.7',
  why: 'The API server drops fields that its CRD does not know, without an error.',
  check: (spec, { kuberay }) => usedFields(spec).filter(({ since }) => !isAtLeast(kuberay, since)).map((field) => ({
    at: field.at,
    got: field.value,
    expected: `nothing: KubeRay ${kuberay} does not know it, ${field.since} does`,
    fix: `install KubeRay ${field.since} and say so in the target, or drop the field`,
  })),
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

function usedFields(spec: RayClusterV1Spec): VersionedField[] {
  const fields = [
    { at: 'authOptions', since: FieldSince.AUTH_OPTIONS, value: spec.authOptions },
    { at: 'authOptions.enableK8sTokenAuth', since: FieldSince.K8S_TOKEN_AUTH, value: spec.authOptions?.enableK8sTokenAuth },
    { at: 'upgradeStrategy', since: FieldSince.UPGRADE_STRATEGY, value: spec.upgradeStrategy },
    { at: 'networkPolicy', since: FieldSince.NETWORK_POLICY, value: spec.networkPolicy },
    { at: 'tlsOptions', since: FieldSince.TLS_OPTIONS, value: spec.tlsOptions },
    ...allGroups(spec).flatMap(({ at, group }) => [
      { at: `${at}.resources`, since: FieldSince.GROUP_RESOURCES, value: group.resources },
      { at: `${at}.labels`, since: FieldSince.GROUP_LABELS, value: group.labels },
    ]),
    ...workerGroups(spec).map((group) => ({ at: `${groupPath(group)}.priority`, since: FieldSince.GROUP_PRIORITY, value: group.priority })),
  ];
  return fields.filter(({ value }) => value !== undefined);
}
