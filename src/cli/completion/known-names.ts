import { KnownNames } from './candidates';
import { JobDescriptor } from '../../descriptor/stack-descriptor';
import { RunStore } from '../../submitter/run-store';
import { loadStack } from '../../submitter/stack';
import { stateDirectory } from '../../submitter/state-directory';

/** The jobs and the runs of this machine. Where they can't be read there are none: nobody wants an error while typing. */
export const KNOWN_NAMES: KnownNames = {
  jobs: (stack) => orNone(() => loadStack(stack).descriptor.jobs.map((job) => ({ value: job.name, description: whatItIs(job) }))),
  runs: () => orNone(() => new RunStore(stateDirectory()).names().map((value) => ({ value, description: '' }))),
};

function whatItIs(job: JobDescriptor): string {
  return job.kind === 'backfill' ? `backfill of ${job.table}` : `view of ${job.source}`;
}

function orNone<T>(look: () => T[]): T[] {
  try {
    return look();
  } catch {
    return [];
  }
}
