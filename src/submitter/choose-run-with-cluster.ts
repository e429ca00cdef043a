import { checkSameSpec, ChosenRun, newRecord, RunRequest } from './choose-run';
import { headAddress } from './kubernetes/cluster-name';
import { isUnfinished, RunRecord } from './run-record';
import { specDigest } from './run-spec';
import { RunStore } from './run-store';
import { headServiceName, RayPort } from '../spec/ray-ports';
import { runClusterName } from '../spec/run-cluster';

/**
 * Decides which run a `submit` means whose runs have clusters of their own, and records it before its cluster is asked for.
 *
 * What another machine began is found by the name of its cluster, which is that of the run: see `RunCluster.create`.
 */
export function chooseRunWithCluster(request: RunRequest, store: RunStore): ChosenRun {
  const digest = specDigest(request.spec);
  const found = store.all().reverse().find((record) => isMeant(record, request, digest));
  if (!found) { return { record: store.save(begun(newRecord(request, digest, 'http://nowhere'))), isNew: true }; }
  if (request.runKey !== undefined) { checkSameSpec(found, digest, request.runKey); }
  return { record: found, isNew: false };
}

function isMeant(record: RunRecord, request: RunRequest, digest: string): boolean {
  const { environment, namespace, target, spec, runKey, rerun } = request;
  const isOfJob = record.environment === environment && record.namespace === namespace && record.job === spec.job.name;
  if (!isOfJob || record.rayJob === undefined || record.target !== target) { return false; }
  if (runKey !== undefined) { return record.runKey === runKey; }
  return !rerun && !record.runKeyGiven && record.specDigest === digest && isUnfinished(record);
}

/** Until the head's own name is known, the address is that of the service that KubeRay gives the RayJob. */
function begun(record: RunRecord): RunRecord {
  const rayJob = runClusterName(record.run);
  return { ...record, rayJob, address: headAddress(headServiceName(rayJob), record.namespace, RayPort.DASHBOARD) };
}
