import { isObjectName, NameLimit } from '../names';
import { RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';
import { groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

/** Names that KubeRay (`headgroup`) and Kueue (the others) give to pods of their own. */
const RESERVED_GROUPS = ['headgroup', 'head', 'submitter'];

export const rayClusterName: Rule<string> = {
  id: 'NAME-01',
  title: 'The name of a RayCluster is a DNS label of at most 53 characters.',
  severity: 'error',
  source: 'KubeRay validation.go, ValidateRayClusterMetadata',
  why: 'The operator refuses the cluster in a Warning event only: no status, no pods.',
  check: (name) => isObjectName(name, NameLimit.RAY_CLUSTER) ? [] : [{
    at: 'metadata.name',
    got: name,
    expected: `at most ${NameLimit.RAY_CLUSTER} lower case letters, digits and dashes, a letter first`,
    fix: 'shorten the name, or leave it out to have one made',
  }],
};

/** The name that a cluster, or a job, came to have, and those that were read from it. */
export interface NameReads {
  readonly name: string;
  readonly read: readonly string[];
}

export const nameIsReadLast: Rule<NameReads> = {
  id: 'NAME-02',
  title: 'The name of a cluster or a job is read after everything was added to it.',
  severity: 'error',
  source: 'ours: both are named by their content',
  why: 'What was given the early name looks for something that there never is.',
  check: ({ name, read }) => read.filter((early) => early !== name).map((early) => ({
    at: 'name',
    got: early,
    expected: `"${name}", which it came to be`,
    fix: 'read it after the last addWorkerGroup',
  })),
};

export const groupNamesAreUnique: Rule<RayClusterV1Spec> = {
  id: 'NAME-05',
  title: 'No two worker groups of a cluster have the same name.',
  severity: 'error',
  source: 'KubeRay webhook raycluster_webhook.go; not checked unless webhooks are on',
  why: 'Without webhooks both groups are accepted, and each counts the pods of the other as its own.',
  unconfirmed: 'only its webhook does, which is off unless it is installed with it',
  check: (spec) => namesakes(workerGroups(spec)).map((group) => ({
    at: groupPath(group),
    got: group.groupName,
    expected: 'a name that no other worker group has',
    fix: 'give one of the two another name',
  })),
};

export const groupName: Rule<RayClusterV1Spec> = {
  id: 'NAME-07',
  title: 'The name of a worker group is a DNS label that nobody else uses.',
  severity: 'error',
  source: 'Kubernetes label values; KubeRay pod labels; Kueue reserved pod sets',
  why: 'The name becomes the value of a label and part of the names of pods.',
  unconfirmed: 'a group named headgroup counts the head as one of its workers, and upper case is lowered in the names of pods',
  check: (spec) => workerGroups(spec).filter((group) => !isGroupName(group.groupName)).map((group) => ({
    at: groupPath(group),
    got: group.groupName,
    expected: `at most ${NameLimit.LABEL} lower case letters, digits and dashes, a letter first, and none of ${RESERVED_GROUPS.join(', ')}`,
    fix: 'use a plain word such as "cpu"',
  })),
};

/** The groups that bear the name of one before them. */
function namesakes(groups: WorkerGroupSpec[]): WorkerGroupSpec[] {
  const taken = new Set<string>();
  return groups.filter(({ groupName: name }) => {
    const isTaken = taken.has(name);
    taken.add(name);
    return isTaken;
  });
}

function isGroupName(name: string): boolean {
  return isObjectName(name, NameLimit.LABEL) && !RESERVED_GROUPS.includes(name);
}
