import { checkSameSpec, ChosenRun, isOfRequest, newRecord, RunRequest } from './choose-run';
import { usualHeadAddress } from './kubernetes/cluster-name';
import { isUnfinished, RunRecord } from './run-record';
import { specDigest } from './run-spec';
import { RunStore } from './run-store';
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
  if (record.rayJob === undefined || record.target !== request.target || !isOfRequest(record, request, digest)) { return false; }
  return request.runKey !== undefined || (!request.rerun && isUnfinished(record));
}

/** Until the head's own name is known, the address is that of the service that KubeRay gives the RayJob. */
function begun(record: RunRecord): RunRecord {
  const rayJob = runClusterName(record.run);
  return { ...record, rayJob, address: usualHeadAddress(rayJob, record.namespace) };
}
