import { Label } from '../labels';
import { CAPACITY_TYPE_LABEL } from '../node-choice';
import { NodePoolV1Spec, Requirement } from '../node-pool-types';
import { amountOf } from '../quantities';
import { GPU } from '../resource-names';
import { Rule } from './rule';

const STEADY = ['on-demand', 'reserved'];

/** Reasons of Karpenter for which it would move a head that still works. */
const GUARDED_REASONS = ['Drifted', 'Underutilized'];

/** Any of them bounds what a pool costs. */
const LIMITS = ['cpu', GPU, 'nodes'];

export const headIsNeverSpot: Rule<NodePoolV1Spec> = {
  id: 'HEAD-01',
  title: 'Nodes for heads are never spot.',
  severity: 'error',
  source: 'Geneva deployment documentation; Karpenter: do-not-disrupt does not stop a spot reclaim',
  why: 'A head that is reclaimed ends every job of its cluster.',
  check: ({ template }) => template.spec.requirements.some(allowsSteadyOnly) ? [] : [{
    at: `template.spec.requirements[${CAPACITY_TYPE_LABEL}]`,
    got: template.spec.requirements.find((requirement) => requirement.key === CAPACITY_TYPE_LABEL)?.values,
    expected: `In, with ${STEADY.join(' or ')} only`,
    fix: 'capacityTypes: [CapacityType.ON_DEMAND]; put workers on spot nodes, never the head',
  }],
};

export const headNodeNeverExpires: Rule<NodePoolV1Spec> = {
  id: 'HEAD-02',
  title: 'Nodes for heads never expire.',
  severity: 'error',
  source: 'Karpenter 1.14 documentation: disruption budgets do not stop expireAfter',
  why: 'An expiring node drains the head whatever guards it.',
  check: ({ template }) => template.spec.expireAfter === 'Never' ? [] : [{
    at: 'template.spec.expireAfter',
    got: template.spec.expireAfter,
    expected: '"Never"',
    fix: 'expireAfter: "Never"; replace nodes in a maintenance window',
  }],
};

export const headNodeDrainsInFull: Rule<NodePoolV1Spec> = {
  id: 'HEAD-03',
  title: 'Nodes for heads have no termination grace period.',
  severity: 'error',
  source: 'Karpenter 1.14 documentation, terminationGracePeriod',
  why: 'With a grace period drift overrides karpenter.sh/do-not-disrupt.',
  check: ({ template }) => template.spec.terminationGracePeriod === undefined ? [] : [{
    at: 'template.spec.terminationGracePeriod',
    got: template.spec.terminationGracePeriod,
    expected: 'nothing',
    fix: 'drop it',
  }],
};

export const headNodesStay: Rule<NodePoolV1Spec> = {
  id: 'HEAD-04',
  title: 'Nodes for heads are not moved because they drifted or could be cheaper.',
  severity: 'error',
  source: 'Karpenter 1.14 documentation, disruption budgets',
  why: 'Karpenter would replace the node of a running head because its image or its price changed.',
  check: (spec) => GUARDED_REASONS.filter((reason) => !isGuarded(spec, reason)).map((reason) => ({
    at: `disruption.budgets[${reason}]`,
    got: spec.disruption?.budgets,
    expected: `a budget of "0" nodes for ${reason}`,
    fix: `budgets: [{ nodes: "0", reasons: ["${reason}"] }]`,
  })),
};

export const poolKeepsOthersAway: Rule<NodePoolV1Spec> = {
  id: 'POOL-01',
  title: 'A pool for heads labels and taints its nodes alike.',
  severity: 'error',
  source: 'Kubernetes scheduler; Karpenter NodePool template',
  why: 'Without the label no head finds a node, without the taint everything else fills it.',
  check: ({ template }) => {
    const label = template.metadata?.labels?.[Label.RAY_HEAD_NODE];
    const taint = template.spec.taints?.find(({ key, effect }) => key === Label.RAY_HEAD_NODE && effect === 'NoSchedule');
    return label !== undefined && taint?.value === label ? [] : [{
      at: 'template.spec.taints',
      got: template.spec.taints,
      expected: `the label ${Label.RAY_HEAD_NODE} and a NoSchedule taint of the same key and value`,
      fix: 'label and taint the nodes alike',
    }];
  },
};

export const poolHasALimit: Rule<NodePoolV1Spec> = {
  id: 'POOL-02',
  title: 'A pool has a limit.',
  severity: 'error',
  source: 'Karpenter 1.14 documentation, limits',
  why: 'A pool without a limit buys nodes for as long as pods ask for them.',
  check: ({ limits = {} }) => LIMITS.some((limit) => limits[limit] !== undefined) ? [] : [{
    at: 'limits.cpu',
    got: undefined,
    expected: `one of ${LIMITS.join(', ')}: what all nodes have together`,
    fix: 'limits: { cpu: "32" }',
  }],
};

export const limitsAreQuantities: Rule<NodePoolV1Spec> = {
  id: 'POOL-08',
  title: 'The limits of a pool are quantities of Kubernetes.',
  severity: 'error',
  source: 'CRD of Karpenter 1.14, limits; it takes amounts below zero, beyond which no node can be',
  why: 'The API server refuses the pool, or Karpenter buys no node for it.',
  check: ({ limits = {} }) => Object.entries(limits).filter(([, limit]) => amountOf(String(limit)) === undefined).map(([name, limit]) => ({
    at: `limits.${name}`,
    got: limit,
    expected: 'a quantity such as "32" or "128Gi"',
    fix: 'write plain numbers for CPUs, GPUs and nodes, Mi and Gi for memory',
  })),
};

export const staticPoolIsLimitedByNodes: Rule<NodePoolV1Spec> = {
  id: 'POOL-07',
  title: 'A static pool is limited by its nodes alone.',
  severity: 'error',
  source: 'Karpenter 1.14, CEL rules of the NodePool CRD',
  why: 'The API server refuses a static pool with any other limit.',
  check: ({ replicas, limits = {} }) => replicas === undefined ? [] : Object.keys(limits).filter((limit) => limit !== 'nodes').map((limit) => ({
    at: `limits.${limit}`,
    got: limits[limit],
    expected: 'nothing but limits.nodes',
    fix: 'drop it',
  })),
};

function allowsSteadyOnly(requirement: Requirement): boolean {
  const { key, operator, values = [] } = requirement;
  return key === CAPACITY_TYPE_LABEL && operator === 'In' && values.length > 0 && values.every((value) => STEADY.includes(value));
}

function isGuarded({ disruption }: NodePoolV1Spec, reason: string): boolean {
  return (disruption?.budgets ?? []).some(({ nodes, reasons }) => nodes === '0' && (reasons === undefined || reasons.includes(reason)));
}
