import { FieldSince, Target } from '../kuberay-versions';
import { Label } from '../labels';
import { memoryInWords } from '../quantities';
import { isAtLeast } from '../versions';
import { Rule, Violation } from './rule';

/** A worker group as far as a job must fit on it. */
export interface GroupCapacity {
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly maxReplicas: number;
  /** Labels of its Ray nodes. Absent: what the operator lets us give them. */
  readonly labels?: Readonly<Record<string, string>>;
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
  /** Copies at once. Absent: as many as there is room for. */
  readonly concurrency?: number;
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

export const groupHasWorkers: Rule<JobPlacement> = {
  id: 'JOB-12',
  title: 'The worker group that a job runs on may have workers.',
  severity: 'error',
  source: 'KubeRay v1 API, maxReplicas',
  why: 'The job would wait for workers that the autoscaler may not start.',
  check: (placement) => {
    const { job, group, groups } = placement;
    const meant = groups.filter(({ name }) => name === (group ?? name));
    return meant.length === 0 || candidateGroups(placement).length > 0 ? [] : [{
      at: `job "${job}" workerGroup`,
      got: group,
      expected: `a worker group with maxReplicas above 0, which ${meant.map(({ name }) => JSON.stringify(name)).join(' and ')} ${meant.length > 1 ? 'have' : 'has'} not`,
      fix: `maxReplicas: 1 or more on the group ${JSON.stringify(meant[0].name)}`,
    }];
  },
};

/** The runtime has Ray place each copy by that label: `cluster.py`, actor_options. */
export const groupBearsItsLabel: Rule<JobPlacement> = {
  id: 'JOB-13',
  title: 'The workers of a group that a job names bear the label by which its copies find them.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 and 1.5: labels of groups came with 1.5; Ray 2.60 reads no labels among the start parameters when it scales',
  why: 'No worker would do for a copy, and the job would wait for ever.',
  check: ({ job, group, groups }, target) => {
    const named = groups.find(({ name }) => name === group);
    return named === undefined || bearsItsLabel(named, target) ? [] : [{
      at: `job "${job}" workerGroup`,
      got: group,
      ...(knowsGroupLabels(target) ? {
        expected: `a worker group whose Ray nodes have the label ${Label.WORKER_GROUP}: ${JSON.stringify(group)}`,
        fix: 'give the group back the label that the patch took',
      } : {
        expected: `none: KubeRay ${target.kuberay} gives workers no labels to be found by, ${FieldSince.GROUP_LABELS} does`,
        fix: `install KubeRay ${FieldSince.GROUP_LABELS} and say so, kuberay: KubeRayVersion.V1_5; or drop workerGroup, so that the job runs on any worker`,
      }),
    }];
  },
};

export const copyFitsOnAWorker: Rule<JobPlacement> = {
  id: 'JOB-02',
  title: 'One copy of a job fits on one worker.',
  severity: 'error',
  source: 'Ray documentation, resources: an actor never spans nodes',
  why: 'The autoscaler would never find a worker that is large enough, and the job would wait for ever.',
  check: (placement) => {
    const candidates = candidateGroups(placement);
    return candidates.length === 0 || candidates.some((group) => excess(placement, group).length === 0) ? [] : excess(placement, largest(candidates));
  },
};

export const copiesFitOnTheGroup: Rule<JobPlacement> = {
  id: 'JOB-03',
  title: 'All copies of a job fit on the workers that there may be.',
  severity: 'error',
  source: 'Ray documentation, resources; Geneva admission control judges a cluster that scales by its maximum, too',
  why: 'The copies beyond that wait for workers that the autoscaler may not start.',
  check: (placement) => {
    const { job, concurrency } = placement;
    const groups = candidateGroups(placement).map((group) => ({ ...group, copies: copiesOnAWorker(placement, group) }));
    const rooms = groups.filter(({ copies }) => copies > 0);
    const most = rooms.reduce((sum, { maxReplicas, copies }) => sum + maxReplicas * copies, 0);
    return concurrency === undefined || rooms.length === 0 || concurrency <= most ? [] : [{
      at: `job "${job}" concurrency`,
      got: concurrency,
      expected: `at most ${most}: ${rooms.map(roomInWords).join(', ')}`,
      fix: `concurrency: ${most}, or raise maxReplicas`,
    }];
  },
};

export const gpusAreWholeOrAShare: Rule<JobPlacement> = {
  id: 'JOB-04',
  title: 'A copy has a share of one GPU, or whole GPUs.',
  severity: 'error',
  source: 'Ray documentation, fractional accelerators: quantities above 1 must be whole',
  why: 'Ray refuses such an actor when the job has already begun.',
  check: ({ job, gpus = 0 }) => gpus <= 1 || Number.isInteger(gpus) ? [] : [{
    at: `job "${job}" gpusPerWorker`,
    got: gpus,
    expected: 'at most 1, or a whole number',
    fix: `gpusPerWorker: ${Math.ceil(gpus)}`,
  }],
};

function bearsItsLabel({ name, labels }: GroupCapacity, target: Target): boolean {
  return knowsGroupLabels(target) && (labels === undefined || labels[Label.WORKER_GROUP] === name);
}

function knowsGroupLabels({ kuberay }: Target): boolean {
  return isAtLeast(kuberay, FieldSince.GROUP_LABELS);
}

/** The groups that a job may run on, without those that have no workers. */
function candidateGroups({ group, groups }: JobPlacement): GroupCapacity[] {
  return groups.filter(({ name, maxReplicas }) => maxReplicas > 0 && (group ?? name) === name);
}

/** Copies at once on one worker. A share of a GPU never spans two of them, so each GPU is filled by itself. */
function copiesOnAWorker({ cpus = 1, gpus = 0, memoryBytes = 0 }: JobPlacement, group: GroupCapacity): number {
  const onGpus = gpus > 0 && gpus < 1 ? times(1, gpus) * group.gpus : times(group.gpus, gpus);
  const inMemory = memoryBytes === 0 ? Infinity : Math.floor(group.memoryBytes / memoryBytes);
  return Math.min(times(group.cpus, cpus), onGpus, inMemory);
}

function roomInWords({ name, maxReplicas, copies }: { name: string; maxReplicas: number; copies: number }): string {
  return `"${name}" has up to ${maxReplicas} workers with room for ${copies} each`;
}

/** How often a need goes into what there is. Ray counts in ten-thousandths, so 0.1 goes into 1 ten times. */
function times(have: number, need: number): number {
  return need === 0 ? Infinity : Math.floor(Math.round(have * 10_000) / Math.round(need * 10_000));
}

function excess(placement: JobPlacement, group: GroupCapacity): Violation[] {
  const { job, cpus = 1, gpus = 0, memoryBytes = 0 } = placement;
  const needs = [
    { prop: 'cpusPerWorker', need: cpus, have: group.cpus, written: (amount: number): unknown => amount },
    { prop: 'gpusPerWorker', need: gpus, have: group.gpus, written: (amount: number): unknown => amount },
    { prop: 'memoryPerWorker', need: memoryBytes, have: group.memoryBytes, written: memoryInWords },
  ];
  return needs.filter(({ need, have }) => need > have).map(({ prop, need, have, written }) => ({
    at: `job "${job}" ${prop}`,
    got: written(need),
    ...(prop === 'gpusPerWorker' && have === 0 ? withoutGpus(placement, group) : {
      expected: `at most ${written(have)}, the size of a worker of "${group.name}"`,
      fix: `lower ${prop}, or make the workers of the group larger`,
    }),
  }));
}

/** What to say of a group that has no GPUs at all, which nobody helps by lowering the number. */
function withoutGpus({ gpus = 0, groups }: JobPlacement, { name }: GroupCapacity): Pick<Violation, 'expected' | 'fix'> {
  const other = groups.find((group) => group.maxReplicas > 0 && group.gpus >= gpus);
  const elsewhere = other === undefined ? 'add a group that has them and name it as workerGroup' : `workerGroup: ${JSON.stringify(other.name)}, which has them`;
  return { expected: `none: workers of "${name}" have no GPUs`, fix: `gpus: ${Math.ceil(gpus)} on the group "${name}"; or ${elsewhere}` };
}

function largest(groups: GroupCapacity[]): GroupCapacity {
  return [...groups].sort((a, b) => b.gpus - a.gpus || b.cpus - a.cpus || b.memoryBytes - a.memoryBytes)[0];
}
