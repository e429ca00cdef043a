import { Unwrap } from '@pulumi/pulumi';
import { atInputs, broken, oneOf, Problem, whole } from './input-problems';
import { BackfillArgs, JobWorkersArgs, MaterializedViewArgs, UdfColumnArgs } from './job-args';
import { memory } from './size-problems';
import { BackfillDescriptor, JobDescriptor, MaterializedViewDescriptor, UdfDescriptor, WorkersDescriptor } from '../descriptor/stack-descriptor';
import { columnsTwice, isTablePlace, isUdf, meantTablePlace, meantUdf, TABLE_PLACE } from '../spec/job-shapes';
import { Target } from '../spec/kuberay-versions';
import { isObjectName, NameLimit } from '../spec/names';
import { GIB } from '../spec/quantities';
import { WorkerSpec } from '../spec/ray-cluster';
import { checkJobPlacement, checkViews } from '../spec/rules/check';

type KnownBackfill = Unwrap<BackfillArgs>;
type KnownView = Unwrap<MaterializedViewArgs>;
type KnownColumn = Unwrap<UdfColumnArgs>;
type KnownWorkers = Unwrap<JobWorkersArgs>;

/** The jobs of an environment, with every value known. */
export interface KnownJobs {
  readonly backfills?: readonly KnownBackfill[];
  readonly materializedViews?: readonly KnownView[];
}

/** What the jobs run on. */
export interface JobSurroundings {
  readonly workers: readonly WorkerSpec[];
  readonly target: Target;
}

const ERROR_POLICIES = ['fail', 'skip', 'retry'] as const;

/** Writes jobs down as the submitter reads them. */
export function jobDescriptors({ backfills = [], materializedViews = [] }: KnownJobs): JobDescriptor[] {
  return [...backfills.map(backfill), ...materializedViews.map(view)];
}

/** Finds what can't be meant of jobs, by the same rules as cdk8s where these hold for more than one value. */
export function jobProblems(jobs: KnownJobs, { workers, target }: JobSurroundings): Problem[] {
  const { backfills = [], materializedViews = [] } = jobs;
  const described = jobDescriptors(jobs);
  const inputs = [...backfills.map((_, i) => `backfills[${i}]`), ...materializedViews.map((_, i) => `materializedViews[${i}]`)];
  const single = [
    ...[...backfills, ...materializedViews].flatMap((job, i) => workerProblems(inputs[i], job)),
    ...described.flatMap(({ name }, i) => described.findIndex((other) => other.name === name) < i ?
      [{ propertyPath: `${inputs[i]}.name`, reason: `got ${JSON.stringify(name)}, expected a name that no other job has` }] : []),
    ...backfills.flatMap((job, i) => backfillProblems(`backfills[${i}]`, job)),
    ...materializedViews.flatMap((job, i) => viewProblems(`materializedViews[${i}]`, job)),
  ];
  return single.length > 0 ? single : [
    ...described.flatMap((job, i) => broken(atInputs(checkJobPlacement({
      job: job.name,
      group: job.workers?.group,
      cpus: job.workers?.numCpus,
      gpus: job.workers?.numGpus,
      memoryBytes: job.workers?.memoryBytes,
      concurrency: job.workers?.concurrency,
      groups: workers,
    }, target), (at) => [inputs[i], at.replace(/^job ".*?" ?/, '').replace('memoryPerWorker', 'memoryGiBPerWorker')].filter((part) => part).join('.')))),
    ...broken(atInputs(checkViews({ views: described.filter(isView) }, target), (at) => inputOfJob(at, jobs))),
  ];
}

function backfill(job: KnownBackfill): BackfillDescriptor {
  return {
    name: job.name,
    kind: 'backfill',
    table: job.table,
    ...udf(job),
    where: job.where,
    batchRows: job.batchRows,
    checkpointRows: job.checkpointRows,
    checkpointSeconds: job.checkpointSeconds,
    onError: job.onError as BackfillDescriptor['onError'],
    retries: job.retries,
    retrySeconds: job.retrySeconds,
    batchTimeoutSeconds: job.batchTimeoutSeconds,
    commitEvery: job.commitEvery,
    followAppends: job.followAppends,
    wait: job.waitForColumn,
    workers: workersOf(job),
  };
}

function view(job: KnownView): MaterializedViewDescriptor {
  return {
    name: job.name,
    kind: 'materialized-view',
    source: job.source,
    destination: job.destination,
    select: nonEmpty(job.select),
    where: job.where,
    columns: nonEmpty(job.columns)?.map(udf),
    batchRows: job.batchRows,
    workers: workersOf(job),
  };
}

function udf({ column, columns, udf: name, inputs, outputType, udfVersion }: KnownColumn): UdfDescriptor {
  return { column, columns, udf: name, inputs: Object.keys(inputs ?? {}).length > 0 ? inputs : undefined, outputType, udfVersion };
}

function workersOf(job: KnownWorkers): WorkersDescriptor | undefined {
  const { memoryGiBPerWorker: gib } = job;
  const workers: WorkersDescriptor = {
    group: job.workerGroup,
    concurrency: job.concurrency,
    numCpus: job.cpusPerWorker,
    numGpus: job.gpusPerWorker,
    memoryBytes: gib === undefined ? undefined : gib * GIB,
  };
  return Object.values(workers).some((value) => value !== undefined) ? workers : undefined;
}

function backfillProblems(at: string, job: KnownBackfill): Problem[] {
  return [
    ...place(`${at}.table`, job.table),
    ...columnProblems(at, job),
    ...oneOf(`${at}.onError`, job.onError, ERROR_POLICIES),
    ...whole(`${at}.checkpointRows`, job.checkpointRows, 1),
    ...positive(`${at}.checkpointSeconds`, job.checkpointSeconds),
    ...whole(`${at}.retries`, job.retries, 0),
    ...positive(`${at}.retrySeconds`, job.retrySeconds),
    ...positive(`${at}.batchTimeoutSeconds`, job.batchTimeoutSeconds),
    ...whole(`${at}.commitEvery`, job.commitEvery, 1),
  ];
}

function viewProblems(at: string, job: KnownView): Problem[] {
  return [
    ...place(`${at}.source`, job.source),
    ...place(`${at}.destination`, job.destination),
    ...(job.columns ?? []).flatMap((column, i) => columnProblems(`${at}.columns[${i}]`, column)),
    ...columnsTwice(job).map((name) => ({ propertyPath: `${at}.columns`, reason: `got ${JSON.stringify(name)} twice, expected names of columns, each once in select and columns together` })),
  ];
}

function workerProblems(at: string, job: KnownWorkers): Problem[] {
  const isName = isObjectName(job.name, NameLimit.LABEL);
  const expected = `at most ${NameLimit.LABEL} lower case letters, digits and dashes, a letter first`;
  return [
    ...(isName ? [] : [{ propertyPath: `${at}.name`, reason: `got ${JSON.stringify(job.name)}, expected ${expected}` }]),
    ...whole(`${at}.concurrency`, job.concurrency, 1),
    ...positive(`${at}.cpusPerWorker`, job.cpusPerWorker),
    ...positive(`${at}.gpusPerWorker`, job.gpusPerWorker),
    ...memory(`${at}.memoryGiBPerWorker`, job.memoryGiBPerWorker),
    ...whole(`${at}.batchRows`, job.batchRows, 1),
  ];
}

function columnProblems(at: string, { column, columns, udf: name }: KnownColumn): Problem[] {
  const names = columns ?? [column];
  const isSaidOnce = (column === undefined) !== (columns === undefined);
  const isNames = names.length > 0 && new Set(names).size === names.length && !names.includes('');
  return [
    ...(isUdf(name) ? [] : [{ propertyPath: `${at}.udf`, reason: `got ${JSON.stringify(name)}, expected module:function, such as ${JSON.stringify(meantUdf(name))}` }]),
    ...(isSaidOnce ? [] : [{ propertyPath: `${at}.column`, reason: `got ${column === undefined ? 'nothing' : JSON.stringify({ column, columns })}, expected either column or columns` }]),
    ...(isSaidOnce && !isNames ? [{ propertyPath: `${at}.${columns ? 'columns' : 'column'}`, reason: `got ${JSON.stringify(columns ?? column)}, expected names of columns, each once` }] : []),
  ];
}

function place(propertyPath: string, got: string): Problem[] {
  return isTablePlace(got) ? [] : [{ propertyPath, reason: `got ${JSON.stringify(got)}, expected ${TABLE_PLACE}. Fix: ${JSON.stringify(meantTablePlace(got) ?? 's3://BUCKET/TABLE.lance')}` }];
}

function positive(propertyPath: string, got: number | undefined): Problem[] {
  return got === undefined || (got > 0 && Number.isFinite(got)) ? [] : [{ propertyPath, reason: `got ${got}, expected a number above 0` }];
}

/** The input behind a field of a job, which rules call by the job's name. */
export function inputOfJob(at: string, { backfills = [], materializedViews = [] }: KnownJobs): string {
  const [, name, field] = /^job "(.*?)" (.*)$/.exec(at) ?? [];
  const i = backfills.findIndex((job) => job.name === name);
  return i >= 0 ? `backfills[${i}].${field}` : `materializedViews[${materializedViews.findIndex((job) => job.name === name)}].${field}`;
}

function isView(job: JobDescriptor): job is MaterializedViewDescriptor {
  return job.kind === 'materialized-view';
}

function nonEmpty<T>(list: readonly T[] | undefined): T[] | undefined {
  return list?.length ? [...list] : undefined;
}
