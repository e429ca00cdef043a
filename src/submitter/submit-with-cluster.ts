import { chooseRunWithCluster } from './choose-run-with-cluster';
import { deliver } from './deliver';
import { followWithCluster, runOverdue } from './follow-with-cluster';
import { ClusterApi } from './kubernetes/cluster-api';
import { parseClusterName } from './kubernetes/cluster-name';
import { clusterTarget } from './kubernetes/cluster-target';
import { awaitHead } from './kubernetes/head-wait';
import { RayJob } from './kubernetes/objects';
import { reached } from './kubernetes/reached';
import { attemptOf, endOf, RunCluster, withEnd } from './kubernetes/run-cluster';
import { goesOn, nextAttempt } from './next-attempt';
import { PublishedJob, publishJob } from './publish-job';
import { connect } from './ready';
import { RunProgress } from './run-progress';
import { isUnfinished, lastAttempt, RunRecord, withAttempt, withNextAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import type { SubmitListener, SubmitRequest } from './submit';
import { rayJobsAt, Target } from './target';
import { watchOf } from './watch-cluster';

/** Whether a submit makes a cluster for its run. A head that is no part of Kubernetes, or that is named by its URL, is taken as it is. */
export function hasOwnCluster({ target, stack, job }: Pick<SubmitRequest, 'target' | 'stack' | 'job'>): boolean {
  return target.cluster !== undefined && stack.descriptor.runClusters?.jobs.includes(job.name) === true;
}

/** What such a submit works with. */
interface Submitting {
  readonly request: SubmitRequest;
  readonly listener: SubmitListener;
  readonly progress: RunProgress;
  readonly store: RunStore;
  readonly published: PublishedJob;
  /** That of the environment. */
  readonly environment: ClusterApi;
}

/**
 * Publishes what is missing, has KubeRay make a cluster for the run, submits the job to it once, and follows it to its end.
 *
 * The cluster bears the name of the run, so there is never a second one for it. KubeRay deletes it: when the run has ended, when nobody has
 * submitted to it in time, or when it takes too long.
 */
export async function submitWithCluster(request: SubmitRequest, listener: SubmitListener): Promise<RunReport> {
  const progress = new RunProgress('cluster');
  const published = await publishJob(request, progress, listener);
  const store = new RunStore(request.stateDirectory);
  const { stack: { descriptor }, target, job, runKey, rerun } = request;
  const { environment, namespace } = descriptor;
  const wanted = { environment, namespace, target: target.name, spec: published.spec, phases: published.phases, runKey, rerun };
  const chosen = await store.exclusively(environment, job.name, async () => chooseRunWithCluster(wanted, store));
  const submitting = { request, listener, progress, store, published, environment: new ClusterApi(target.cluster!.server, descriptor) };
  const { attempts, detach } = request;
  let { record } = chosen;
  if (!isUnfinished(record)) {
    if (detach || !goesOn(record, attempts)) {
      listener.onRun?.(record.run, false);
      return runReport(record, undefined, RunProgress.of(record));
    }
    record = await nextWithCluster(record, submitting);
  }
  for (; ;) {
    if (lastAttempt(record).state === 'stopped') { return runReport(record, undefined, RunProgress.of(record)); } // while it waited for its next attempt
    const report = await attempt(record, chosen.isNew, submitting);
    record = store.find(record.run)!;
    if (detach) { return report; }
    if (!goesOn(record, attempts)) {
      if (report.status === 'lost') { await runClusterOf(record, submitting).remove(); }
      return report;
    }
    record = await nextWithCluster(record, submitting);
  }
}

async function nextWithCluster(record: RunRecord, { request: { signal }, listener, progress, store }: Submitting): Promise<RunRecord> {
  return nextAttempt(record, { store, progress, listener, signal, place: ' with another cluster' });
}

function runClusterOf(record: RunRecord, { environment }: Submitting): RunCluster {
  return new RunCluster(environment.server, environment.descriptor, record.rayJob!);
}

/** One attempt, on a cluster of its own. */
async function attempt(start: RunRecord, isNew: boolean, submitting: Submitting): Promise<RunReport> {
  const { request, listener, progress, store, published: { shippedBytes }, environment } = submitting;
  const cluster = runClusterOf(start, submitting);
  const asked = await reached(environment.server, () => askedFor(start, cluster, store));
  if (asked.over) { return overBefore(asked.record, asked.over, isNew, submitting); }
  const up = await untilUp(asked.record, cluster, submitting);
  const watch = watchOf(up.target, progress, listener);
  try {
    const record = await submitted(up.record, up.target, cluster, submitting);
    if (!isNew) { watch?.beganAt(new Date(record.createdAt)); }
    listener.onRun?.(record.run, isNew);
    const client = rayJobsAt(up.target);
    if (request.detach) { return runReport(record, await client.job(lastAttempt(record).submissionId), progress, shippedBytes); }
    return await followWithCluster(record, cluster, { client, store, progress, listener, ...request, watch, shippedBytes });
  } finally {
    watch?.stop();
  }
}

/** A run's cluster, as it was found or asked for. */
interface Asked {
  readonly record: RunRecord;
  /** The RayJob of a run that has ended. */
  readonly over?: RayJob;
}

/** Has a cluster for the newest attempt, or finds the one that there is. */
async function askedFor(start: RunRecord, cluster: RunCluster, store: RunStore): Promise<Asked> {
  const found = await cluster.find();
  let record = start;
  if (found && attemptOf(found) >= lastAttempt(record).attempt) {
    while (attemptOf(found) > lastAttempt(record).attempt) { record = nextAfterLost(record, 'another submitter began the next attempt'); }
    const end = endOf(found);
    if (end?.state !== 'unsubmitted') { return { record: store.save(record), ...(end ? { over: found } : {}) }; }
  }
  if (found) { await cluster.remove(); } // of an attempt before, or one that nobody submitted to
  if (lastAttempt(record).state !== 'prepared') { record = nextAfterLost(record, 'its cluster is gone'); }
  store.save(record);
  await cluster.create(record);
  return { record };
}

function nextAfterLost(record: RunRecord, reason: string): RunRecord {
  return withNextAttempt(withAttempt(record, { state: 'lost', reason }), new Date());
}

/** What became of a run that ended while nobody here looked, by what KubeRay wrote down of it. */
function overBefore(record: RunRecord, rayJob: RayJob, isNew: boolean, { listener, store }: Submitting): RunReport {
  listener.onRun?.(record.run, isNew);
  const end = endOf(rayJob);
  if (end?.state === 'overdue') { throw runOverdue(record, store, end.reason!); }
  const ended = store.save(withEnd(record, rayJob));
  return runReport(ended, undefined, RunProgress.of(ended));
}

/** Waits for the head of a run's cluster. Whoever gives up meanwhile leaves no cluster behind. */
async function untilUp(record: RunRecord, cluster: RunCluster, submitting: Submitting): Promise<{ record: RunRecord; target: Target }> {
  const { request, listener, environment, store } = submitting;
  const { signal, headTimeoutMs: limitMs } = request;
  const wait = { signal, limitMs, onNotice: (text: string) => listener.onNotice?.(text) };
  try {
    const rayCluster = await cluster.rayCluster(environment, wait);
    const place = { ...parseClusterName(request.target.name), rayCluster };
    const target = { ...await clusterTarget(place, environment.descriptor), name: request.target.name };
    const known = store.save({ ...record, address: target.address });
    await awaitHead(target.cluster!, rayJobsAt(target), wait);
    return { record: known, target };
  } catch (error) {
    if (signal?.aborted && lastAttempt(record).state === 'prepared') { await cluster.remove(); }
    throw error;
  }
}

/** Submits the newest attempt, once, and tells KubeRay of it. */
async function submitted(record: RunRecord, target: Target, cluster: RunCluster, submitting: Submitting): Promise<RunRecord> {
  const { store, published: { runtimeUrl } } = submitting;
  const client = rayJobsAt(target);
  const { session_name: sessionName } = await connect(client);
  const done = lastAttempt(record).state === 'prepared' ? await deliver(record, client, store, { runtimeUrl, sessionName }) : record;
  await cluster.bind(lastAttempt(done).submissionId);
  return done;
}
