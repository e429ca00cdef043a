import { openRun, ownClusterOf } from './connection';
import { RunHeadOptions, targetOf } from './options';
import { RunRecord } from '../submitter/run-record';
import { RunReport } from '../submitter/run-report';
import { RunStore } from '../submitter/run-store';
import { stateDirectory } from '../submitter/state-directory';
import { stopRun } from '../submitter/stop';
import { stopWithCluster } from '../submitter/stop-with-cluster';

/** Stops a run, wherever it is, with the cluster that it has of its own. */
export async function stopAnywhere(run: string, options: RunHeadOptions): Promise<{ readonly record: RunRecord; readonly report: RunReport }> {
  const store = new RunStore(stateDirectory());
  const known = store.find(run);
  const opened = known?.rayJob === undefined ? await openRun(run, options) : undefined; // the head of one with a cluster of its own may be gone
  const record = opened?.record ?? known!;
  const stopJob = async () => {
    const { client, record: there } = opened ?? await openRun(run, options);
    return stopRun(there, client, store);
  };
  if (record.rayJob === undefined) { return { record, report: await stopJob() }; }
  const cluster = ownClusterOf(record, await targetOf({ ...options, target: options.target ?? record.target }))!;
  return { record, report: await stopWithCluster(record, cluster, store, stopJob) };
}
