import { JobDescriptor } from '../descriptor/stack-descriptor';

/**
 * Why a job that found no row in a table with rows had nothing to compute: a backfill without a condition of its own takes the rows
 * that lack a value, so that a changed function alone makes no work. Undefined: the job's own condition, or source, says why.
 */
export function whyNothing(job: JobDescriptor): string | undefined {
  if (job.kind !== 'backfill' || job.where !== undefined) { return undefined; }
  const place = job.columns ? `each of the columns ${job.columns.map((column) => `'${column}'`).join(', ')}` : `column '${job.column}'`;
  return `every row has a value in ${place}; to compute them again: --set where=true`;
}
