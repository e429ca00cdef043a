import { RayClusterV1Spec } from '../ray-cluster-types';
import { ownedSettings } from './operator-owned';
import { allGroups } from './ray-cluster-fields';
import { Rule } from './rule';

const TLS = { env: ['RAY_USE_TLS', 'RAY_TLS_SERVER_CERT', 'RAY_TLS_SERVER_KEY', 'RAY_TLS_CA_CERT'], volumes: ['ray-tls'], paths: ['/etc/ray/tls'] };

export const tlsIsTheOperators: Rule<RayClusterV1Spec> = {
  id: 'RAY-S4',
  title: 'With mutual TLS by the operator, nobody else sets certificates.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7; its feature gate is VER-04. That cert-manager is installed can not be read from a declaration',
  why: 'The operator refuses the cluster in a Warning event only: no status, no pods.',
  check: (spec) => spec.tlsOptions?.enabled !== true ? [] : [
    ...allGroups(spec).flatMap(({ at, group }) => ownedSettings(`${at}.template.spec.containers[0]`, group.template.spec.containers[0] ?? {}, TLS)),
    ...ownedSettings('autoscalerOptions', spec.autoscalerOptions ?? {}, TLS),
  ],
};
