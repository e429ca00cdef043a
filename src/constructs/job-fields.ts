import { Construct } from 'constructs';
import { requirePositive, requireWhole, wholeBytes } from './amounts';
import { requireSchedule } from './given-schedule';
import { JobWorkersOptions } from './job-workers';
import { requireFlag, requireList, requireText, requireTextsByName } from './plain-options';
import { UdfColumn } from './udf-column';
import { MaterializedViewDescriptor, UdfDescriptor, WorkersDescriptor } from '../descriptor/stack-descriptor';
import { invalidValue } from '../spec/invalid-value';
import { columnsTwice, isTablePlace, isUdf, meantTablePlace, meantUdf, TABLE_PLACE } from '../spec/job-shapes';
import { isObjectName, NameLimit } from '../spec/names';

/** The name by which a job is submitted: the construct's id. */
export function jobName(job: Construct): string {
  const name = job.node.id;
  if (!isObjectName(name, NameLimit.LABEL)) {
    throw invalidValue({
      path: job.node.path,
      at: 'id',
      got: name,
      expected: `at most ${NameLimit.LABEL} lower case letters, digits and dashes, a letter first`,
      fix: 'name the job as you would type it: "word-count"',
    });
  }
  return name;
}

/** A table's place. Relative paths are refused: the cluster's working directory is not this one. */
export function tablePlace(job: Construct, at: string, got: string): string {
  if (!isTablePlace(got)) {
    throw invalidValue({ path: job.node.path, at, got, expected: TABLE_PLACE, fix: `${at}: ${JSON.stringify(meantTablePlace(got) ?? 's3://BUCKET/TABLE.lance')}` });
  }
  return got;
}

/** What the function fills, and how, as the descriptor has it. */
export function udfDescriptor(job: Construct, column: UdfColumn): UdfDescriptor {
  if (!isUdf(column.udf)) {
    throw invalidValue({ path: job.node.path, at: 'udf', got: column.udf, expected: 'module:function', fix: `udf: ${JSON.stringify(meantUdf(column.udf))}` });
  }
  requireList({ path: job.node.path, at: 'columns', got: column.columns }, '"width"');
  checkColumns(job, column);
  requireTextsByName({ path: job.node.path, at: 'inputs', got: column.inputs }, '{ text: "body" }');
  requireText({ path: job.node.path, at: 'outputType', got: column.outputType }, 'outputType: "int64"');
  requireText({ path: job.node.path, at: 'udfVersion', got: column.udfVersion }, 'udfVersion: "2"');
  const { udf, inputs, outputType, udfVersion } = column;
  const named = Object.keys(inputs ?? {}).length > 0 ? inputs : undefined;
  return { column: column.column, columns: column.columns, udf, inputs: named, outputType, udfVersion };
}

function checkColumns(job: Construct, { column, columns }: UdfColumn): void {
  const names = columns ?? [column];
  if ((column === undefined) === (columns === undefined)) {
    throw invalidValue({
      path: job.node.path,
      at: column === undefined ? 'column' : 'columns',
      got: column === undefined ? undefined : { column, columns },
      expected: 'either column or columns',
      fix: 'column: "words" for a function that returns one value, columns: ["width", "height"] for one that returns a struct of both',
    });
  }
  if (names.length === 0 || new Set(names).size < names.length || !names.every(isFilled)) {
    throw invalidValue({
      path: job.node.path,
      at: columns ? 'columns' : 'column',
      got: columns ?? column,
      expected: 'names of columns, each once',
      fix: 'name each column that the function fills once',
    });
  }
}

function isFilled(name: unknown): boolean {
  return typeof name === 'string' && name !== '';
}

/** Refuses a view that would have a column twice, which the runtime finds only when it runs: COLUMN_TWICE. */
export function requireColumnsOnce(job: Construct, view: Pick<MaterializedViewDescriptor, 'select' | 'columns'>): void {
  const twice = columnsTwice(view);
  if (twice.length > 0) {
    throw invalidValue({
      path: job.node.path,
      at: columnsTwice({ select: view.select }).length > 0 ? 'select' : 'columns',
      got: `${twice.join(', ')} twice`,
      expected: 'names of columns, each once in select and columns together',
      fix: 'rename it, or leave it out of select',
    });
  }
}

/** The workers as the descriptor has them; absent when nothing was asked for. */
export function workersDescriptor(job: Construct, options: JobWorkersOptions): WorkersDescriptor | undefined {
  if (options.schedule !== undefined) { requireSchedule(job.node.path, options.schedule); }
  requireFlag({ path: job.node.path, at: 'clusterPerRun', got: options.clusterPerRun });
  requireText({ path: job.node.path, at: 'workerGroup', got: options.workerGroup }, 'workerGroup: "cpu"');
  requireWhole(job.node.path, 'concurrency', options.concurrency, 1);
  requireWhole(job.node.path, 'batchRows', options.batchRows, 1);
  requirePositive(job.node.path, 'cpusPerWorker', options.cpusPerWorker);
  requirePositive(job.node.path, 'gpusPerWorker', options.gpusPerWorker);
  const workers: WorkersDescriptor = {
    group: options.workerGroup,
    concurrency: options.concurrency,
    numCpus: options.cpusPerWorker,
    numGpus: options.gpusPerWorker,
    memoryBytes: wholeBytes(job.node.path, 'memoryPerWorker', options.memoryPerWorker),
  };
  return Object.values(workers).some((value) => value !== undefined) ? workers : undefined;
}
