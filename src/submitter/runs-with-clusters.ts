import type { ClusterApi } from './kubernetes/cluster-api';
import { usualHeadAddress } from './kubernetes/cluster-name';
import { ifAllowed } from './kubernetes/if-allowed';
import { RayJob } from './kubernetes/objects';
import { attemptOf, RunCluster, withEnd } from './kubernetes/run-cluster';
import { oldestFirst, RunRecord } from './run-record';
import { METADATA, recordOfMetadata } from './run-spec';
import { SUBMISSION_ANNOTATION } from '../spec/run-cluster';

/** The runs with clusters of their own that RayJobs tell of, oldest first: what any machine submitted. Empty, too, for who may not list them. */
export async function runsWithClusters(cluster: ClusterApi, target: string): Promise<RunRecord[]> {
  const rayJobs = await ifAllowed(() => RunCluster.all(cluster)) ?? [];
  return rayJobs.flatMap((rayJob) => recordOfRayJob(rayJob, target) ?? []).sort(oldestFirst);
}

/** A run with a cluster of its own, whichever machine submitted it. Undefined: no RayJob tells of it. */
export async function runWithCluster(cluster: ClusterApi, run: string, target: string): Promise<RunRecord | undefined> {
  const rayJob = await RunCluster.of(cluster, run).find();
  return rayJob && recordOfRayJob(rayJob, target);
}

/** Undefined: an earlier release made it, which wrote little on it. */
function recordOfRayJob(rayJob: RayJob, target: string): RunRecord | undefined {
  const { metadata: { name, annotations = {}, creationTimestamp }, spec, status } = rayJob;
  if (annotations[METADATA.spec] === undefined) { return undefined; }
  const known = recordOfMetadata(annotations);
  const createdAt = new Date(creationTimestamp ?? 0).toISOString();
  const attempt = {
    attempt: attemptOf(rayJob),
    submissionId: annotations[SUBMISSION_ANNOTATION],
    preparedAt: createdAt,
    ...(spec?.jobId ? { state: 'submitted' as const, submittedAt: createdAt } : { state: 'prepared' as const }),
  };
  const address = usualHeadAddress(status?.rayClusterName || name, known.namespace);
  return withEnd({ ...known, target, address, createdAt, attempts: [attempt] }, rayJob);
}
