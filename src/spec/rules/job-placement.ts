import { Rule, Violation } from './rule';

/** A worker group as far as a job must fit on it. */
export interface GroupCapacity {
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly maxReplicas: number;
}

/** A job, and the worker groups that it may run on. */
export interface JobPlacement {
  readonly job: string;
  /** The group that it asks for. Absent: any. */
  readonly group?: string;
  /** What one copy of its function needs. Absent: the runtime's default of one CPU. */
  readonly cpus?: number;
  readonly gpus?: number;
  readonly memoryBytes?: number;
  readonly groups: readonly GroupCapacity[];
}

export const groupExists: Rule<JobPlacement> = {
  id: 'JOB-01',
  title: 'A job runs on a worker group that there is.',
  severity: 'error',
  source: 'Ray documentation, placement by label',
  why: 'The job would wait for workers that never come.',
  check: ({ job, group, groups }) => groups.some(({ name }) => name === (group ?? name)) ? [] : [{
    at: `job "${job}" workerGroup`,
    got: group,
    expected: groups.length > 0 ? `one of ${groups.map(({ name }) => JSON.stringify(name)).join(', ')}` : 'at least one worker group to run on',
    fix: `addWorkerGroup('${group ?? 'cpu'}', ...)${groups.length > 0 ? ', or drop workerGroup' : ''}`,
  }],
};

export const copyFitsOnAWorker: Rule<JobPlacement> = {
  id: 'JOB-02',
  title: 'One copy of a job fits on one worker.',
  severity: 'error',
  source: 'Ray documentation, resources: an actor never spans nodes',
  why: 'The autoscaler would never find a worker that is large enough, and the job would wait for ever.',
  check: (placement) => {
    const candidates = placement.groups.filter(({ name, maxReplicas }) => maxReplicas > 0 && (placement.group ?? name) === name);
    return candidates.length === 0 || candidates.some((group) => excess(placement, group).length === 0) ? [] : excess(placement, largest(candidates));
  },
};

function excess({ job, cpus = 1, gpus = 0, memoryBytes = 0 }: JobPlacement, group: GroupCapacity): Violation[] {
  const needs = [
    { prop: 'cpusPerWorker', need: cpus, have: group.cpus },
    { prop: 'gpusPerWorker', need: gpus, have: group.gpus },
    { prop: 'memoryPerWorker', need: memoryBytes, have: group.memoryBytes },
  ];
  return needs.filter(({ need, have }) => need > have).map(({ prop, need, have }) => ({
    at: `job "${job}" ${prop}`,
    got: need,
    expected: `at most ${have}, the size of a worker of "${group.name}"`,
    fix: `lower ${prop}, or make the workers of the group larger`,
  }));
}

function largest(groups: GroupCapacity[]): GroupCapacity {
  return [...groups].sort((a, b) => b.gpus - a.gpus || b.cpus - a.cpus || b.memoryBytes - a.memoryBytes)[0];
}
