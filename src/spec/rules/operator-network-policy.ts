import { NetworkPolicyOptions, RayClusterV1Spec, TrafficRules } from '../ray-cluster-types';
import { workerGroups } from './ray-cluster-fields';
import { refused } from './refused';
import { Rule } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';

/** The rules that make no sense in a mode, since it lets that traffic pass anyway. */
const POINTLESS: Record<string, keyof TrafficRules> = { DenyAllEgress: 'ingressRules', DenyAllIngress: 'egressRules' };

export const rulesAreForWhatIsDenied: Rule<RayClusterV1Spec> = {
  id: 'RAY-S3',
  title: 'The network policy of the operator has rules for traffic that its mode denies.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7; its feature gate is VER-04',
  why: REFUSED,
  check: ({ networkPolicy: policy }) => policy === undefined ? [] : ruleSets(policy).flatMap(({ at, rules }) => {
    const pointless = POINTLESS[policy.mode ?? 'DenyAll'];
    return refused(pointless !== undefined && (rules?.[pointless] ?? []).length > 0, `${at}.${pointless}`, 'rules', `none: ${policy.mode} denies no such traffic`);
  }),
};

export const policyIsForGroupsThatAre: Rule<RayClusterV1Spec> = {
  id: 'RAY-S3b',
  title: 'The network policy of the operator names worker groups that there are.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7',
  why: REFUSED,
  check: (spec) => {
    const names = workerGroups(spec).map(({ groupName }) => groupName);
    return (spec.networkPolicy?.workerGroups ?? []).flatMap(({ groupName }) =>
      refused(!names.includes(groupName), `networkPolicy.workerGroups[${groupName}]`, groupName, `one of ${names.join(', ') || 'no groups'}`));
  },
};

function ruleSets({ head, worker, workerGroups: groups = [] }: NetworkPolicyOptions): { at: string; rules?: TrafficRules }[] {
  return [
    { at: 'networkPolicy.head', rules: head },
    { at: 'networkPolicy.worker', rules: worker },
    ...groups.map((rules) => ({ at: `networkPolicy.workerGroups[${rules.groupName}]`, rules })),
  ];
}
