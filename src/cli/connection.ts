import { HeadOptions, RunHeadOptions, targetOf } from './options';
import { ExitCode } from '../submitter/exit-code';
import { rayClusterAt } from '../submitter/kubernetes/cluster-name';
import { RunCluster, withEnd } from '../submitter/kubernetes/run-cluster';
import { placeOf } from '../submitter/phases';
import { RayJobsClient } from '../submitter/ray-jobs';
import { connect } from '../submitter/ready';
import { RunHistory, runHistory } from '../submitter/run-history';
import { isUnfinished, RunRecord } from '../submitter/run-record';
import { RunStore } from '../submitter/run-store';
import { runUnknown } from '../submitter/run-unknown';
import { findRun } from '../submitter/runs';
import { runWithCluster } from '../submitter/runs-with-clusters';
import { stateDirectory } from '../submitter/state-directory';
import { SubmitterError } from '../submitter/submitter-error';
import { isLocalHeadDown, rayJobsAt, Target } from '../submitter/target';

/** A Ray head that answers, and the records of this machine. */
export interface Connection {
  readonly client: RayJobsClient;
  readonly store: RunStore;
  readonly target: Target;
}

/** Connects to the Ray head that the options name. */
export async function open(options: HeadOptions): Promise<Connection> {
  const target = await targetOf(options);
  return { client: await connectTo(target), store: new RunStore(stateDirectory()), target };
}

/** Ray's Jobs API at a target that answers. */
export async function connectTo(target: Target): Promise<RayJobsClient> {
  const client = rayJobsAt(target);
  await connect(client);
  return client;
}

/**
 * The record of a run, with the connection to its head.
 *
 * @param told what the caller knows of a run that this machine may have no record of
 */
export async function openRun(run: string, options: RunHeadOptions, told?: RunRecord): Promise<Connection & { record: RunRecord }> {
  const known = new RunStore(stateDirectory()).find(run) ?? told;
  const target = options.target ?? known?.target ?? 'local';
  const rayCluster = known ? rayClusterAt(known.address) : await ownRayClusterOf(run, { ...options, target });
  const connection = await open({ ...options, target, rayCluster }).catch((error: unknown) => { throw known ? error : orUnknown(run, error); });
  return { ...connection, record: await findRun(run, connection.client, connection.store, connection.target.name) };
}

/** Without a head on this machine, a run that it has no record of is not there: to start a head would not help. */
function orUnknown(run: string, error: unknown): unknown {
  if (!isLocalHeadDown(error)) { return error; }
  return runUnknown(run, new RunStore(stateDirectory()).names(), 'on this machine, on which no Ray head runs that could know more',
    'geneva-stack list shows the runs of this machine; --target names another head');
}

/** The cluster that a run has of its own, if it has one. */
export function ownClusterOf({ rayJob }: RunRecord, { cluster }: Target): RunCluster | undefined {
  return cluster && rayJob !== undefined ? new RunCluster(cluster.server, cluster.descriptor, rayJob) : undefined;
}

/** The cluster of a run that another machine began: its RayJob bears the name of the run. */
async function ownRayClusterOf(run: string, options: HeadOptions): Promise<string | undefined> {
  if (placeOf(options.target) !== 'cluster') { return undefined; }
  const { cluster } = await targetOf(options);
  if (!cluster?.descriptor.runClusters) { return undefined; }
  const found = await RunCluster.of(cluster, run).find();
  return found?.status?.rayClusterName || undefined;
}

/** The record of a run whose own cluster is gone, with the end that KubeRay wrote down of it. */
async function settled(record: RunRecord, store: RunStore, options: RunHeadOptions): Promise<RunRecord> {
  if (record.rayJob === undefined || !isUnfinished(record)) { return record; }
  const environment = await targetOf({ ...options, target: options.target ?? record.target });
  const found = await ownClusterOf(record, environment)?.find();
  return found ? store.save(withEnd(record, found)) : record;
}

/** A run that another machine submitted, whose own cluster is gone or not there yet, by the RayJob that stays. */
async function submittedElsewhere(run: string, { target = 'local', ...options }: RunHeadOptions): Promise<RunRecord | undefined> {
  if (placeOf(target) !== 'cluster') { return undefined; }
  const { cluster, name } = await targetOf({ ...options, target });
  return cluster?.descriptor.runClusters && runWithCluster(cluster, run, name);
}

/** A run, with the connection to its head if that answers. */
interface KnownRun {
  readonly record: RunRecord;
  readonly store: RunStore;
  readonly client?: RayJobsClient;
  readonly target?: Target;
  /** Why there is no connection. */
  readonly refusal?: SubmitterError;
}

/** A run that this machine has a record of is known without its head, too. */
async function openKnownRun(run: string, options: RunHeadOptions, told?: RunRecord): Promise<KnownRun> {
  try {
    return await openRun(run, options, told);
  } catch (error) {
    if (!(error instanceof SubmitterError) || !(error.exitCode === ExitCode.NOT_READY || error.code === 'RUN_UNKNOWN')) { throw error; }
    const store = new RunStore(stateDirectory());
    const known = store.find(run);
    const record = known ? await settled(known, store, options).catch(() => known) : told ?? await submittedElsewhere(run, options);
    if (!record) { throw error; }
    return { record, store, refusal: error };
  }
}

/** All that is known of a run. @throws SubmitterError when it may go on and its head does not answer */
export async function historyOf(run: string, options: RunHeadOptions): Promise<RunHistory> {
  const { refusal, ...history } = await historySoFar(run, options);
  if (refusal && history.isUncertain) { throw refusal; }
  return history;
}

/** What is known of a run, though its head may not answer. Of one of which the caller was told, that is not asked for again. */
export async function historySoFar(
  run: string, options: RunHeadOptions, told?: RunRecord,
): Promise<RunHistory & { readonly refusal?: SubmitterError }> {
  const { record, store, client, target, refusal } = await openKnownRun(run, options, told);
  return { ...await runHistory(record, store, client, target?.cluster), refusal };
}
