import { chooseRun, ChosenRun } from './choose-run';
import { deliver, DeliveryOptions } from './deliver';
import { RunListener } from './follow';
import { followRun } from './follow-run';
import { ClusterWatch } from './kubernetes/cluster-watch';
import { awaitHead, isHeadReady } from './kubernetes/head-wait';
import { reached } from './kubernetes/reached';
import { placeOf } from './phases';
import { publishJob } from './publish-job';
import { RayJobsClient } from './ray-jobs';
import { connect } from './ready';
import { RunProgress } from './run-progress';
import { lastAttempt } from './run-record';
import { RunReport, runReport } from './run-report';
import { RunStore } from './run-store';
import { Stack } from './stack';
import { hasOwnCluster, submitWithCluster } from './submit-with-cluster';
import { rayJobsAt, Target } from './target';
import { watchOf } from './watch-cluster';
import { PublishProgress } from '../bundler/publish';
import { JobDescriptor } from '../descriptor/stack-descriptor';

/** What a `submit` is given. */
export interface SubmitRequest {
  readonly stack: Stack;
  /** With overrides applied. */
  readonly job: JobDescriptor;
  readonly target: Target;
  readonly stateDirectory: string;
  readonly runKey?: string;
  readonly rerun: boolean;
  /** How often the job may fail before the run has; 1: it is not begun again. What an attempt saved the next one goes on from. */
  readonly attempts: number;
  /** Return once Ray has the job. */
  readonly detach: boolean;
  readonly contactTimeoutMs: number;
  /** How long a head in a cluster may take to come up. */
  readonly headTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Who hears what a submit does. */
export interface SubmitListener extends RunListener {
  onPublish?(progress: PublishProgress): void;
  /** Which run it is, as soon as that is certain. */
  onRun?(run: string, isNew: boolean): void;
  /** Called whenever {@link RunProgress} changed. */
  onProgress?(progress: RunProgress): void;
}

/**
 * Publishes what is missing, submits the job once, and follows it to its end.
 *
 * Killed at any instant and called again, it goes on with the same run.
 */
export async function submit(request: SubmitRequest, listener: SubmitListener): Promise<RunReport> {
  if (hasOwnCluster(request)) { return submitWithCluster(request, listener); }
  const client = rayJobsAt(request.target);
  const progress = new RunProgress(placeOf(request.target.name));
  const watch = watchOf(request.target, progress, listener);
  try {
    return await submitWatched(request, listener, { client, progress, watch });
  } finally {
    watch?.stop();
  }
}

/** What a submit works with. */
interface Submitting {
  readonly client: RayJobsClient;
  readonly progress: RunProgress;
  readonly watch: ClusterWatch | undefined;
}

async function submitWatched(request: SubmitRequest, listener: SubmitListener, { client, progress, watch }: Submitting): Promise<RunReport> {
  const isReady = await isUp(request.target);
  if (isReady) { await connect(client); } // a token that is not taken is told before anything is uploaded
  const headStarts = request.target.headStart ? [request.target.headStart] : [];
  progress.steps.saw(headStarts);
  const published = await publishJob(request, progress, listener);
  if (!isReady) {
    const { signal, headTimeoutMs: limitMs } = request;
    await awaitHead(request.target.cluster!, client, { signal, limitMs, onNotice: (text) => listener.onNotice?.(text) });
  }
  const { session_name: sessionName } = await connect(client);
  await watch?.look();
  const { cluster } = request.target;
  const store = new RunStore(request.stateDirectory);
  const chosen = await store.exclusively(request.stack.descriptor.environment, request.job.name, async () => {
    const run = await chooseRun({
      environment: request.stack.descriptor.environment,
      namespace: request.stack.descriptor.namespace,
      target: request.target.name,
      spec: published.spec,
      phases: [...headStarts, ...published.phases, ...watch?.seen ?? []],
      runKey: request.runKey,
      rerun: request.rerun,
      isGone: cluster && ((address) => cluster.isGone(address)),
    }, client, store);
    return deliverIfPrepared(run, client, store, { runtimeUrl: published.runtimeUrl, sessionName });
  });
  if (!chosen.isNew) { watch?.beganAt(new Date(chosen.record.createdAt)); }
  progress.steps.saw(chosen.record.phases ?? []); // of a run that is gone on with: those of the submit that began it
  listener.onRun?.(chosen.record.run, chosen.isNew);
  const { runtimeUrl, shippedBytes } = published;
  if (request.detach) { return runReport(chosen.record, await client.job(lastAttempt(chosen.record).submissionId), progress, shippedBytes); }
  const resubmit = { runtimeUrl, attempts: request.attempts };
  return followRun(chosen.record, { client, store, progress, listener, ...request, watch, resubmit, shippedBytes });
}

/** Only a head in a cluster can be on its way: any other is up, or an error. */
async function isUp({ cluster }: Target): Promise<boolean> {
  return !cluster || reached(cluster.server, () => isHeadReady(cluster));
}

async function deliverIfPrepared(chosen: ChosenRun, client: RayJobsClient, store: RunStore, options: DeliveryOptions): Promise<ChosenRun> {
  if (chosen.job || lastAttempt(chosen.record).state !== 'prepared') { return chosen; }
  return { ...chosen, record: await deliver(chosen.record, client, store, options) };
}
