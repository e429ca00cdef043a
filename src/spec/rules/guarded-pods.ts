import { Label } from '../labels';
import { GroupSpec, RayClusterV1Spec } from '../ray-cluster-types';
import { allGroups } from './ray-cluster-fields';
import { Rule } from './rule';

/** A cluster of ours, whose guards select its pods by a label. */
export interface GuardedCluster {
  /** The cluster's name without the part that changes, the value of that label. */
  readonly label: string;
  readonly spec: RayClusterV1Spec;
}

export const podsBearTheLabelOfTheirGuards: Rule<GuardedCluster> = {
  id: 'SAFE-04',
  title: 'Head and workers bear the label by which their guards select them.',
  severity: 'error',
  source: 'ours: the NetworkPolicies, the PodDisruptionBudget and the monitors of a cluster select pods by this label',
  why: 'Without it any pod may talk to them, and nothing keeps the head from being evicted.',
  check: ({ label, spec }) => allGroups(spec).filter(({ group }) => labelOf(group) !== label).map(({ at, group }) => ({
    at: `${at}.template.metadata.labels[${Label.CLUSTER}]`,
    got: labelOf(group),
    expected: JSON.stringify(label),
    fix: 'add labels by podLabels, or patch single ones: a patch of all labels takes this one away',
  })),
};

function labelOf({ template }: GroupSpec): string | undefined {
  return template.metadata?.labels?.[Label.CLUSTER];
}
