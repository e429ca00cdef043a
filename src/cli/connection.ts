import { HeadOptions, RunHeadOptions, targetOf } from './options';
import { ExitCode } from '../submitter/exit-code';
import { rayClusterAt } from '../submitter/kubernetes/cluster-name';
import { RayJobsClient } from '../submitter/ray-jobs';
import { connect } from '../submitter/ready';
import { RunHistory, runHistory } from '../submitter/run-history';
import { RunRecord } from '../submitter/run-record';
import { RunStore } from '../submitter/run-store';
import { findRun } from '../submitter/runs';
import { stateDirectory } from '../submitter/state-directory';
import { SubmitterError } from '../submitter/submitter-error';
import { rayJobsAt, Target } from '../submitter/target';

/** A Ray head that answers, and the records of this machine. */
export interface Connection {
  readonly client: RayJobsClient;
  readonly store: RunStore;
  readonly target: Target;
}

/** Connects to the Ray head that the options name. */
export async function open(options: HeadOptions): Promise<Connection> {
  const target = await targetOf(options);
  const client = rayJobsAt(target);
  await connect(client);
  return { client, store: new RunStore(stateDirectory()), target };
}

/** The record of a run, with the connection to its head. */
export async function openRun(run: string, options: RunHeadOptions): Promise<Connection & { record: RunRecord }> {
  const known = new RunStore(stateDirectory()).find(run);
  const target = options.target ?? known?.target ?? 'local';
  const connection = await open({ ...options, target, rayCluster: known && rayClusterAt(known.address) });
  return { ...connection, record: await findRun(run, connection.client, connection.store, connection.target.name) };
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
async function openKnownRun(run: string, options: RunHeadOptions): Promise<KnownRun> {
  try {
    return await openRun(run, options);
  } catch (error) {
    const store = new RunStore(stateDirectory());
    const record = error instanceof SubmitterError && error.exitCode === ExitCode.NOT_READY ? store.find(run) : undefined;
    if (!record) { throw error; }
    return { record, store, refusal: error as SubmitterError };
  }
}

/** All that is known of a run. @throws SubmitterError when it may go on and its head does not answer */
export async function historyOf(run: string, options: RunHeadOptions): Promise<RunHistory> {
  const { record, store, client, target, refusal } = await openKnownRun(run, options);
  const history = await runHistory(record, store, client, target?.cluster);
  if (refusal && history.isUncertain) { throw refusal; }
  return history;
}
