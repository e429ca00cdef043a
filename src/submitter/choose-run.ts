import { randomBytes } from 'crypto';
import { ExitCode } from './exit-code';
import { SeenPhase } from './phases';
import { isTerminal, RayJob, RayJobsClient } from './ray-jobs';
import { closed } from './ray-outcome';
import { isOpen, isUnfinished, lastAttempt, preparedAttempt, RUN_RECORD_SCHEMA, RunRecord, RunSpec, withAttempt, withNextAttempt } from './run-record';
import { runId, specDigest } from './run-spec';
import { RunStore } from './run-store';
import { withRemote } from './runs';
import { SubmitterError } from './submitter-error';

/** What a `submit` asks for. */
export interface RunRequest {
  readonly environment: string;
  readonly namespace: string;
  readonly target: string;
  readonly spec: RunSpec;
  /** Steps that were seen before Ray was asked. */
  readonly phases?: readonly SeenPhase[];
  /** At most one run for this key, ever. Absent: a run of the same spec that is still open, or a new one. */
  readonly runKey?: string;
  /** Start a new run in any case. */
  readonly rerun: boolean;
  /** Whether the head at another address is there no more. Absent: it is, since a target has one head. */
  readonly isGone?: (address: string) => Promise<boolean>;
}

/** The run that a `submit` means, and whether it was there before. */
export interface ChosenRun {
  readonly record: RunRecord;
  readonly isNew: boolean;
  /** Ray's job of the newest attempt, when Ray has it. */
  readonly job?: RayJob;
}

/**
 * Decides which run a `submit` means, and records it before anything is submitted.
 *
 * Call it inside {@link RunStore.exclusively}: two calls at once must not both find nothing.
 *
 * @throws SubmitterError RUN_KEY_CONFLICT
 */
export async function chooseRun(request: RunRequest, client: RayJobsClient, store: RunStore): Promise<ChosenRun> {
  const digest = specDigest(request.spec);
  const found = await candidates(request, digest, client, store);
  for (const record of found) {
    const job = await client.job(lastAttempt(record).submissionId);
    if (request.runKey !== undefined) {
      checkSameSpec(record, digest, request.runKey);
      return adopt(record, job, request, client, store);
    }
    if (job ? !isTerminal(job.status) : isUnfinished(record)) { return adopt(record, job, request, client, store); }
    if (job && isOpen(record)) { store.save(closed(record, job)); } // it ended while nobody looked
  }
  return { record: store.save(newRecord(request, digest, client.address)), isNew: true };
}

async function candidates(request: RunRequest, digest: string, client: RayJobsClient, store: RunStore): Promise<RunRecord[]> {
  if (request.rerun && request.runKey === undefined) { return []; }
  const local = store.all().filter((record) => record.target === request.target && record.rayJob === undefined);
  return (await withRemote(local, client, request.target)).reverse().filter((record) => isOfRequest(record, request, digest));
}

/** Whether a run is of the job and the key that are asked for, or of the same spec where no key is given. */
export function isOfRequest(record: RunRecord, { environment, namespace, spec, runKey }: RunRequest, digest: string): boolean {
  return record.environment === environment && record.namespace === namespace && record.job === spec.job.name
    && (runKey !== undefined ? record.runKey === runKey : record.specDigest === digest && !record.runKeyGiven);
}

async function adopt(record: RunRecord, job: RayJob | undefined, request: RunRequest, client: RayJobsClient, store: RunStore): Promise<ChosenRun> {
  const { phases, isGone } = request;
  const { state } = lastAttempt(record);
  if (job) { return { record: store.save(state === 'prepared' ? withAttempt(record, { state: 'submitted' }) : record), isNew: false, job }; }
  if (!isUnfinished(record)) { return { record, isNew: false }; } // its outcome is known, though its head is gone
  if (state === 'prepared' && record.address === client.address) { return { record, isNew: false }; } // the POST never came: do it now
  if (isGone && record.address !== client.address && !await isGone(record.address)) { throw elsewhere(record, client); }
  const lost = withAttempt(record, { state: 'lost', reason: `the Ray head at ${record.address} is gone` });
  return { record: store.save({ ...withNextAttempt(lost, new Date()), address: client.address, ...(phases ? { phases } : {}) }), isNew: false };
}

/** An environment whose content changed has another cluster, and its old one goes on with what it runs. */
function elsewhere({ run, address }: RunRecord, client: RayJobsClient): SubmitterError {
  return new SubmitterError('RUN_ELSEWHERE', ExitCode.CONFLICT, `run ${run} may go on at ${address}, the cluster that the environment had before; this submit is to ${client.address}`,
    `geneva-stack attach ${run} follows it there; delete that RayCluster to have the run go on here, or start another: --rerun`);
}

/** @throws SubmitterError RUN_KEY_CONFLICT */
export function checkSameSpec(record: RunRecord, digest: string, runKey: string): void {
  if (record.specDigest === digest) { return; }
  throw new SubmitterError('RUN_KEY_CONFLICT', ExitCode.CONFLICT,
    `run key ${runKey} belongs to run ${record.run} with spec ${record.specDigest.slice(0, 10)}, this submit has spec ${digest.slice(0, 10)}`,
    `another --run-key, or the job and the code that the key was first used for; geneva-stack status ${record.run} shows what became of them`);
}

/** The record of a run that begins. */
export function newRecord(request: RunRequest, digest: string, address: string): RunRecord {
  const runKey = request.runKey ?? randomBytes(5).toString('hex');
  const run = runId(request.environment, request.spec.job.name, digest, runKey);
  const now = new Date();
  return {
    schema: RUN_RECORD_SCHEMA,
    run,
    runKey,
    runKeyGiven: request.runKey !== undefined,
    environment: request.environment,
    namespace: request.namespace,
    job: request.spec.job.name,
    specDigest: digest,
    target: request.target,
    address,
    createdAt: now.toISOString(),
    spec: request.spec,
    ...(request.phases ? { phases: request.phases } : {}),
    attempts: [preparedAttempt(run, 1, now)],
  };
}
