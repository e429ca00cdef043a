import { TargetOptions, targetOf } from './options';
import { RayJobsClient } from '../submitter/ray-jobs';
import { connect } from '../submitter/ready';
import { RunRecord } from '../submitter/run-record';
import { RunStore } from '../submitter/run-store';
import { findRun } from '../submitter/runs';
import { stateDirectory } from '../submitter/state-directory';

/** A Ray head that answers, and the records of this machine. */
export interface Connection {
  readonly client: RayJobsClient;
  readonly store: RunStore;
  readonly target: string;
  readonly isLocal: boolean;
}

/** Connects to the Ray head that the options name. */
export async function open(options: TargetOptions): Promise<Connection> {
  const target = targetOf(options);
  const client = new RayJobsClient(target.address, target.token);
  await connect(client);
  return { client, store: new RunStore(stateDirectory()), target: target.name, isLocal: target.isLocal };
}

/** The record of a run, with the connection to its head. */
export async function openRun(run: string, options: TargetOptions): Promise<Connection & { record: RunRecord }> {
  const connection = await open(options);
  return { ...connection, record: await findRun(run, connection.client, connection.store, connection.target) };
}
