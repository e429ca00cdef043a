import { RayJobV1Spec } from '../ray-job-types';
import { refused } from './refused';
import { Rule, Violation } from './rule';

const REFUSED = 'The operator puts the job into ValidationFailed, which it never leaves, not even when the job is mended.';

/** What goes first: nothing may outlive what it belongs to. */
const ORDER = ['DeleteWorkers', 'DeleteCluster', 'DeleteSelf'];

export const deletionIsSaidInOneForm: Rule<RayJobV1Spec> = {
  id: 'JOB-J5c',
  title: 'What is deleted after a job is said by rules, or by the older pair for success and failure, complete.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go and CEL',
  why: REFUSED,
  check: ({ deletionStrategy: strategy }) => {
    if (strategy === undefined) {
      return [];
    }
    const hasRules = (strategy.deletionRules ?? []).length > 0;
    const isLegacy = strategy.onSuccess !== undefined || strategy.onFailure !== undefined;
    return hasRules === isLegacy ? refused(true, 'deletionStrategy', hasRules ? 'both forms' : 'nothing in it', 'deletionRules, or onSuccess and onFailure') : isLegacy ?
      (['onSuccess', 'onFailure'] as const).flatMap((side) => refused(strategy[side]?.policy === undefined, `deletionStrategy.${side}.policy`, undefined, 'a policy')) : [];
  },
};

export const selectedClusterIsNotDeleted: Rule<RayJobV1Spec> = {
  id: 'JOB-J7',
  title: 'A job that selects a cluster deletes neither it nor its workers.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.clusterSelector === undefined ? [] : policies(spec).flatMap(({ at, policy }) =>
    refused(['DeleteCluster', 'DeleteWorkers'].includes(policy), at, policy, '"DeleteSelf" or "DeleteNone" beside clusterSelector')),
};

export const autoscaledWorkersStay: Rule<RayJobV1Spec> = {
  id: 'JOB-J8',
  title: 'Workers that the autoscaler manages are not deleted by a rule.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.rayClusterSpec?.enableInTreeAutoscaling !== true ? [] : policies(spec).flatMap(({ at, policy }) =>
    refused(policy === 'DeleteWorkers', at, policy, 'DeleteCluster or DeleteSelf')),
};

export const rulesAreOrdered: Rule<RayJobV1Spec> = {
  id: 'JOB-J9',
  title: 'Rules for deletion are said once for each outcome, and workers go before their cluster, a cluster before its job.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ deletionStrategy }) => {
    const rules = (deletionStrategy?.deletionRules ?? []).map(({ policy, condition = {} }, i) => (
      { at: `deletionStrategy.deletionRules[${i}]`, policy, outcome: outcomeOf(condition), ttl: condition.ttlSeconds ?? 0 }
    ));
    return rules.flatMap((rule, i) => {
      const before = rules.slice(0, i).filter(({ outcome }) => outcome === rule.outcome);
      const twin = before.find(({ policy }) => policy === rule.policy);
      return twin ? refused(true, rule.at, rule.policy, `a policy that ${twin.at} hasn't for ${rule.outcome}`) : outOfOrder(rule, before);
    });
  },
};

export const deletionAndShutdownAgree: Rule<RayJobV1Spec> = {
  id: 'JOB-J10',
  title: 'A job that shuts its cluster down does not say that nothing is deleted.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.shutdownAfterJobFinishes !== true ? [] : policies(spec).filter(({ isLegacy }) => isLegacy).flatMap(({ at, policy }) =>
    refused(policy === 'DeleteNone', at, policy, 'another policy while shutdownAfterJobFinishes is true')),
};

/** Policies of both forms. */
function policies({ deletionStrategy: strategy }: RayJobV1Spec): { at: string; policy: string; isLegacy: boolean }[] {
  const legacy = (['onSuccess', 'onFailure'] as const).flatMap((side) => {
    const policy = strategy?.[side]?.policy;
    return policy === undefined ? [] : [{ at: `deletionStrategy.${side}.policy`, policy, isLegacy: true }];
  });
  return [...(strategy?.deletionRules ?? []).map(({ policy }, i) => ({ at: `deletionStrategy.deletionRules[${i}].policy`, policy, isLegacy: false })), ...legacy];
}

function outcomeOf({ jobStatus, jobDeploymentStatus }: { jobStatus?: string; jobDeploymentStatus?: string }): string {
  return jobStatus === undefined ? `deployment ${jobDeploymentStatus}` : `job ${jobStatus}`;
}

interface TimedRule {
  readonly at: string;
  readonly policy: string;
  readonly ttl: number;
}

/** A rule against those before it: of two, the one that deletes more may not come sooner. */
function outOfOrder(rule: TimedRule, before: TimedRule[]): Violation[] {
  const clash = before.find((other) => {
    const rank = ORDER.indexOf(rule.policy) - ORDER.indexOf(other.policy);
    return ORDER.includes(rule.policy) && ORDER.includes(other.policy) && rank * (rule.ttl - other.ttl) < 0;
  });
  return clash === undefined ? [] : refused(true, `${rule.at}.condition.ttlSeconds`, rule.ttl, `${ORDER.join(', then ')}; ${clash.policy} is after ${clash.ttl}`);
}
