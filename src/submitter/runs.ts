import { RayJob, RayJobsClient } from './ray-jobs';
import { outcomeOf } from './ray-outcome';
import { runMeant } from './run-meant';
import { RunProgress } from './run-progress';
import { lastAttempt, oldestFirst, RunRecord, withOthers } from './run-record';
import { RunReport, runReport } from './run-report';
import { METADATA, recordOfMetadata } from './run-spec';
import { RunStore } from './run-store';
import { runUnknown } from './run-unknown';
import { parseEvent } from './runtime-event';

/**
 * Finds a run, by its id or the beginning of it, among this machine's records and the cluster's jobs.
 *
 * @throws SubmitterError RUN_UNKNOWN or RUN_AMBIGUOUS
 */
export async function findRun(run: string, client: RayJobsClient, store: RunStore, target: string): Promise<RunRecord> {
  const local = store.find(run);
  if (local) { return local; }
  const remote = await remoteRecords(client, target);
  const meant = runMeant(run, remote.map((record) => record.run));
  const found = remote.find((record) => record.run === meant);
  if (found) { return found; }
  const known = [...store.all(), ...remote].map((record) => record.run);
  throw runUnknown(run, known, `on this machine or at ${client.address}`, 'geneva-stack list shows the runs');
}

/** All runs that this machine or the cluster knows, oldest first. */
export async function listRuns(client: RayJobsClient, store: RunStore, target: string): Promise<RunReport[]> {
  const local = store.all().filter((record) => record.address === client.address);
  const records = await withRemote(local, client, target);
  return Promise.all(records.map((record) => reportOf(record, client)));
}

/** This machine's records and, after them, those of runs that only the cluster's jobs tell of. */
export async function withRemote(local: readonly RunRecord[], client: RayJobsClient, target: string): Promise<RunRecord[]> {
  return withOthers(local, await remoteRecords(client, target));
}

/** Where a run is, from Ray's status and the runtime's events. */
export async function reportOf(record: RunRecord, client: RayJobsClient): Promise<RunReport> {
  const { submissionId } = lastAttempt(record);
  const job = await client.job(submissionId);
  const progress = RunProgress.of(record);
  if (job) {
    for (const line of (await client.logs(submissionId)).split('\n')) {
      const event = parseEvent(line);
      if (event) { progress.apply(event); }
    }
  }
  return runReport(record, job, progress);
}

/** The runs that a cluster's jobs tell of, oldest first: what another machine submitted. */
async function remoteRecords(client: RayJobsClient, target: string): Promise<RunRecord[]> {
  const byRun = new Map<string, RayJob[]>();
  for (const job of await client.jobs()) {
    const run = job.metadata?.[METADATA.run];
    if (run && job.submission_id) { byRun.set(run, [...byRun.get(run) ?? [], job]); }
  }
  return [...byRun.values()].map((jobs) => recordOf(jobs, client.address, target)).sort(oldestFirst);
}

function recordOf(jobs: RayJob[], address: string, target: string): RunRecord {
  const attempts = jobs.map(attemptOf).sort((a, b) => a.attempt - b.attempt);
  return { ...recordOfMetadata(jobs[0].metadata!), target, address, createdAt: attempts[0].preparedAt, attempts };
}

function attemptOf(job: RayJob) {
  const startedAt = new Date(job.start_time ?? 0).toISOString();
  return {
    attempt: Number(job.metadata![METADATA.attempt]),
    submissionId: job.submission_id!,
    state: outcomeOf(job),
    preparedAt: startedAt,
    submittedAt: startedAt,
    ...(job.end_time ? { endedAt: new Date(job.end_time).toISOString() } : {}),
  };
}
