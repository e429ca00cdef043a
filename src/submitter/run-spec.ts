import { createHash } from 'crypto';
import { SeenPhase } from './phases';
import { RayJob, RaySubmission } from './ray-jobs';
import { Attempt, RUN_RECORD_SCHEMA, RunRecord, RunSpec } from './run-record';
import { BundleDescriptor, JobDescriptor, StackDescriptor, WorkerGroupDescriptor } from '../descriptor/stack-descriptor';

/** Names of the facts that a Ray job carries, so that another machine can list and attach. */
export const METADATA = {
  run: 'geneva-constructs/run',
  runKey: 'geneva-constructs/run-key',
  runKeyGiven: 'geneva-constructs/run-key-given',
  attempt: 'geneva-constructs/attempt',
  environment: 'geneva-constructs/environment',
  namespace: 'geneva-constructs/namespace',
  job: 'geneva-constructs/job',
  specDigest: 'geneva-constructs/spec-digest',
  spec: 'geneva-constructs/spec',
  phases: 'geneva-constructs/phases',
  rayJob: 'geneva-constructs/ray-job',
} as const;

const JOB_SPEC_SCHEMA = 'runtime-job-spec/v1';

/** Keeps glibc from trimming and regrowing the heap on every batch: measured a third of the CPU time of numpy UDFs. */
const MALLOC_BYTES = String(256 * 2 ** 20);

/**
 * Digest of what a run does: the same job on the same code is the same spec.
 *
 * The zip bytes (`manifestSha256`) are left out: two machines may compress the same content differently.
 */
export function specDigest(spec: { readonly bundle: BundleDescriptor | null; readonly job: JobDescriptor }): string {
  const bundle = spec.bundle && { store: spec.bundle.store, digest: spec.bundle.digest };
  return createHash('sha256').update(canonical({ bundle, job: spec.job })).digest('hex');
}

/** `<environment>-<job>-<spec digest, 10 digits>-<run key>` */
export function runId(environment: string, job: string, digest: string, runKey: string): string {
  return `${environment}-${job}-${digest.slice(0, 10)}-${runKey}`;
}

/**
 * What a run of a job is asked to do at a target.
 *
 * @param manifestSha256 of the bundle as it is published; an environment without a bundle has none
 */
export function runSpec(stack: StackDescriptor, job: JobDescriptor, isLocal: boolean, manifestSha256: string | undefined): RunSpec {
  const { bundle, workerGroups } = stack;
  const published = bundle && { store: bundle.store, digest: bundle.digest, manifestSha256: manifestSha256! };
  return { bundle: published, ...jobFor(isLocal, job, workerGroups) };
}

/** The job as a target runs it, and what that target may grow by: a head on this machine has no worker groups. */
export function jobFor(isLocal: boolean, job: JobDescriptor, workerGroups: readonly WorkerGroupDescriptor[]): Pick<RunSpec, 'job' | 'workerGroups'> {
  return isLocal ? { job: withoutWorkerGroup(job) } : { job: withConcurrency(job, workerGroups), workerGroups };
}

/** The job for a head on this machine, which has no worker groups. */
export function withoutWorkerGroup(job: JobDescriptor): JobDescriptor {
  if (!job.workers?.group) { return job; }
  const { group, ...workers } = job.workers;
  return { ...job, workers };
}

/**
 * The job with as many actors as its worker group can hold at its largest.
 *
 * The runtime can't know that number: a group that has scaled to zero is not there.
 */
export function withConcurrency(job: JobDescriptor, groups: readonly WorkerGroupDescriptor[]): JobDescriptor {
  const group = groups.find(({ name }) => name === job.workers?.group);
  if (!group || job.workers?.concurrency !== undefined) { return job; }
  return { ...job, workers: { ...job.workers, concurrency: Math.max(1, actorsPerWorker(job, group) * group.maxReplicas) } };
}

/** How many of a job's actors fit on one worker of a group. */
export function actorsPerWorker(job: JobDescriptor, group: WorkerGroupDescriptor): number {
  const { numCpus = 1, numGpus = 0, memoryBytes = 0 } = job.workers ?? {};
  return Math.min(
    Math.floor(group.cpus / numCpus),
    numGpus > 0 ? Math.floor(group.gpus / numGpus) : Infinity,
    memoryBytes > 0 ? Math.floor(group.memoryBytes / memoryBytes) : Infinity,
  );
}

/** What is POSTed for an attempt. The entrypoint is constant: nothing that a user wrote reaches a shell. */
export function submission(record: RunRecord, attempt: Attempt, runtimeUrl: string | undefined): RaySubmission {
  const jobSpec = { schema: JOB_SPEC_SCHEMA, run: record.run, attempt: attempt.attempt, environment: record.environment, ...record.spec };
  return {
    submission_id: attempt.submissionId,
    entrypoint: 'python -m backfill_runtime',
    runtime_env: {
      ...runtimeModules(runtimeUrl),
      worker_process_setup_hook: 'backfill_runtime.bootstrap.hook',
      env_vars: { BACKFILL_JOB_SPEC: JSON.stringify(jobSpec), MALLOC_MMAP_THRESHOLD_: MALLOC_BYTES, MALLOC_TRIM_THRESHOLD_: MALLOC_BYTES },
    },
    metadata: runMetadata(record, attempt),
  };
}

/** What is POSTed to have a job planned where it would run. Without metadata: it is no run that anybody lists. */
export function planSubmission(id: string, environment: string, spec: RunSpec, runtimeUrl: string | undefined): RaySubmission {
  return {
    submission_id: id,
    entrypoint: 'python -m backfill_runtime plan',
    runtime_env: { ...runtimeModules(runtimeUrl), env_vars: { BACKFILL_JOB_SPEC: planSpec(id, environment, spec) } },
    metadata: {},
  };
}

/** The job spec of a plan. Its run has begun nowhere, so that what it finds saved is that of others. */
export function planSpec(id: string, environment: string, spec: RunSpec): string {
  return JSON.stringify({ schema: JOB_SPEC_SCHEMA, run: id, attempt: 1, environment, ...spec });
}

/** `undefined`: the image has the runtime. */
function runtimeModules(runtimeUrl: string | undefined): { readonly py_modules?: string[] } {
  return runtimeUrl === undefined ? {} : { py_modules: [runtimeUrl] };
}

/** Whether a Ray job that has our submission id is our submission. */
export function isSameSubmission(job: RayJob, record: RunRecord): boolean {
  return job.metadata?.[METADATA.specDigest] === record.specDigest;
}

/** The record of a run by what is written of it, but for its attempts. */
export function recordOfMetadata(metadata: Record<string, string>): Omit<RunRecord, 'target' | 'address' | 'createdAt' | 'attempts'> {
  return {
    schema: RUN_RECORD_SCHEMA,
    run: metadata[METADATA.run],
    runKey: metadata[METADATA.runKey],
    runKeyGiven: metadata[METADATA.runKeyGiven] === 'true',
    environment: metadata[METADATA.environment],
    namespace: metadata[METADATA.namespace],
    job: metadata[METADATA.job],
    specDigest: metadata[METADATA.specDigest],
    ...(metadata[METADATA.rayJob] ? { rayJob: metadata[METADATA.rayJob] } : {}),
    spec: JSON.parse(metadata[METADATA.spec]) as RunSpec,
    ...phasesOf(metadata[METADATA.phases]),
  };
}

/** Earlier releases wrote none. */
function phasesOf(text: string | undefined): Pick<RunRecord, 'phases'> {
  return text === undefined ? {} : { phases: JSON.parse(text) as SeenPhase[] };
}

/** What is written of a run where others look for it: on its Ray job, and on the RayJob of a run with a cluster of its own. */
export function runMetadata(record: RunRecord, attempt: Attempt): Record<string, string> {
  return {
    [METADATA.run]: record.run,
    [METADATA.runKey]: record.runKey,
    [METADATA.runKeyGiven]: String(record.runKeyGiven === true),
    [METADATA.attempt]: String(attempt.attempt),
    [METADATA.environment]: record.environment,
    [METADATA.namespace]: record.namespace,
    [METADATA.job]: record.job,
    [METADATA.specDigest]: record.specDigest,
    [METADATA.spec]: JSON.stringify(record.spec),
    ...(record.rayJob ? { [METADATA.rayJob]: record.rayJob } : {}),
    ...(record.phases ? { [METADATA.phases]: JSON.stringify(record.phases) } : {}),
  };
}

/** JSON with sorted keys: the same value is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) { return `[${value.map(canonical).join(',')}]`; }
  if (typeof value !== 'object' || value === null) { return JSON.stringify(value); }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
}
