import { JobDescriptor } from './stack-descriptor';
import { isUdf } from '../spec/job-shapes';
import { BundledUdf, moduleOf } from '../spec/rules/udf-modules';

/**
 * The functions of jobs, each with as much of its module's name as the bundle has.
 *
 * @param jobs of an environment that ships code
 * @param nameFound as much of a module's dotted name as Python finds in the bundle
 */
export function bundledUdfs(jobs: readonly JobDescriptor[], nameFound: (module: string) => string): BundledUdf[] {
  return jobs.flatMap((job) => udfsOf(job).map((udf) => ({ job: job.name, udf, found: nameFound(moduleOf(udf)) })));
}

/** A function that fills several columns is said once. */
function udfsOf(job: JobDescriptor): string[] {
  return [...new Set(job.kind === 'backfill' ? [job.udf] : (job.columns ?? []).map(({ udf }) => udf))].filter(isUdf); // others are refused elsewhere
}
