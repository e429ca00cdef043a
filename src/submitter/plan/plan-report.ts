import { Planned } from './heard-plan';
import { JobDescriptor, WorkerGroupDescriptor } from '../../descriptor/stack-descriptor';
import { ExitCode } from '../exit-code';
import { PublishReport } from '../publish-report';
import { RunError } from '../run-progress';
import { actorsPerWorker } from '../run-spec';
import { whyNothing } from '../why-nothing';

/** What `plan` prints with `--output json`: a contract, see `schemas/plan-report.v1.schema.json`. */
export interface PlanReport {
  readonly job: string;
  readonly environment: string;
  readonly target: string;
  /** How the process that prints it ends: as that of a submit that is refused, where a submit would be. */
  readonly exitCode: ExitCode;
  /** Null: nobody counted, or the job would be refused. */
  readonly counts: PlanCounts | null;
  /** What one actor asks for. Memory null: none is reserved. */
  readonly actor: { readonly cpus: number; readonly gpus: number; readonly memoryBytes: number | null };
  /** Worker groups that the job may run on. A head on this machine has none. */
  readonly groups: GroupFit[];
  /** What a submit would upload. Null: the environment has no bundle, or its store was not asked, as notes tell. */
  readonly bundle: PublishReport | null;
  /** What a reader has to know about the figures. */
  readonly notes: string[];
  /** Why the job would be refused. */
  readonly error?: RunError;
}

/** What a run would do if it began now. */
export interface PlanCounts {
  readonly table: string;
  readonly tableVersion: number;
  /** All of the table's. */
  readonly fragments: number;
  /** That the filter matches, those that are done included. */
  readonly rows: number;
  /** That earlier runs of the same job have saved. */
  readonly rowsDone: number;
  readonly tasks: number;
  /** At once. */
  readonly actors: number;
  /** Of a view. */
  readonly refresh?: { readonly kind: 'fresh' | 'changes' | 'whole'; readonly reason?: string };
  /** Of a backfill: why there is nothing to compute. */
  readonly reason?: string;
}

/** How a job fits on a worker group. */
export interface GroupFit {
  readonly name: string;
  readonly maxWorkers: number;
  /** Of one worker, as its memory and its GPUs are. */
  readonly cpus: number;
  readonly gpus: number;
  readonly memoryBytes: number;
  readonly actorsPerWorker: number;
}

/** What is known before anything is counted. */
export interface PlanFrame {
  readonly job: JobDescriptor;
  readonly environment: string;
  readonly target: string;
  readonly workerGroups: readonly WorkerGroupDescriptor[];
  readonly bundle: PublishReport | null;
  readonly notes: readonly string[];
}

/** Puts a report together. */
export function planReport(frame: PlanFrame, planned: Planned | undefined): PlanReport {
  const { job, environment, target, bundle, notes } = frame;
  const { numCpus = 1, numGpus = 0, memoryBytes = null } = job.workers ?? {};
  const groups = groupFits(job, frame.workerGroups);
  const error = planned ? planned.error : cannotFit(job, groups);
  return {
    job: job.name,
    environment,
    target,
    exitCode: error ? ExitCode.FAILED : ExitCode.OK,
    counts: planned?.plan ? countsOf(planned.plan, job) : null,
    actor: { cpus: numCpus, gpus: numGpus, memoryBytes },
    groups,
    bundle,
    notes: [...notes],
    ...(error ? { error } : {}),
  };
}

function groupFits(job: JobDescriptor, groups: readonly WorkerGroupDescriptor[]): GroupFit[] {
  return groups.filter(({ name }) => job.workers?.group === undefined || job.workers.group === name).map((group) => ({
    name: group.name,
    maxWorkers: group.maxReplicas,
    cpus: group.cpus,
    gpus: group.gpus,
    memoryBytes: group.memoryBytes,
    actorsPerWorker: actorsPerWorker(job, group),
  }));
}

/** What the groups alone tell, where the runtime was not asked. */
function cannotFit(job: JobDescriptor, groups: readonly GroupFit[]): RunError | undefined {
  if (groups.length === 0 || groups.some(({ actorsPerWorker: some, maxWorkers }) => some > 0 && maxWorkers > 0)) { return undefined; }
  const { numCpus = 1, numGpus = 0, memoryBytes = 0 } = job.workers ?? {};
  const held = groups.map((group) =>
    `the worker group ${group.name} has ${group.cpus} CPU, ${group.gpus} GPU, ${group.memoryBytes} memory, on ${group.maxWorkers} workers at most`);
  return {
    code: 'CANNOT_FIT',
    message: `one actor wants ${numCpus} CPU, ${numGpus} GPU, ${memoryBytes} memory, but no worker has all of that: ${held.join('; ')}`,
    fix: 'ask for less, as in --set workers.numCpus=1, or for another worker group: --set workers.group=NAME; or declare a group with larger workers',
  };
}

function countsOf(plan: NonNullable<Planned['plan']>, job: JobDescriptor): PlanCounts {
  const { table, tableVersion, fragments, rows, rowsDone, tasks, concurrency: actors, refresh: kind, reason: whyWhole } = plan;
  const reason = rows === 0 && fragments > 0 ? whyNothing(job) : undefined;
  return {
    table,
    tableVersion,
    fragments,
    rows,
    rowsDone,
    tasks,
    actors,
    ...(kind ? { refresh: { kind, ...(whyWhole ? { reason: whyWhole } : {}) } } : {}),
    ...(reason ? { reason } : {}),
  };
}
