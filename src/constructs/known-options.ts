import { BackfillJobProps } from './backfill-job';
import { ComputeEnvironmentProps } from './compute-environment';
import { LabelledNodesOptions } from './head-node-pool';
import { JobSchedule } from './job-schedule';
import { JobWorkersOptions } from './job-workers';
import { KarpenterHeadNodePoolOptions, StaticHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { KarpenterNodePoolOptions } from './karpenter-node-pool-options';
import { KarpenterWorkerNodePoolOptions } from './karpenter-worker-node-pool-options';
import { MaterializedViewJobProps } from './materialized-view-job';
import { RayClusterOptions } from './ray-cluster-options';
import { RayImageOptions } from './ray-image';
import { RayJobProps } from './ray-job';
import { RunClusterOptions } from './run-cluster-options';
import { UdfColumn } from './udf-column';
import { WorkerGroupOptions } from './worker-group';
import { LabelledWorkerNodesOptions } from './worker-node-pool';
import { WorkspaceBundleProps } from './workspace-bundle';
import { closest } from '../spec/closest';
import { invalidValue } from '../spec/invalid-value';

/** All options of an interface: the compiler refuses a list that lacks one, and one that has another. */
type Names<T> = Record<keyof Required<T>, true>;

const RAY_CLUSTER: Names<RayClusterOptions> = {
  image: true,
  headPool: true,
  kuberay: true,
  headCpu: true,
  headMemory: true,
  authentication: true,
  upscalingMode: true,
  autoscalerInterval: true,
  podLabels: true,
  queueAdmission: true,
};

const JOB_WORKERS: Names<JobWorkersOptions> = {
  workerGroup: true,
  concurrency: true,
  cpusPerWorker: true,
  gpusPerWorker: true,
  memoryPerWorker: true,
  batchRows: true,
  clusterPerRun: true,
  schedule: true,
};

const UDF_COLUMN: Names<UdfColumn> = { column: true, columns: true, udf: true, inputs: true, outputType: true, udfVersion: true };

const NODE_POOL: Names<KarpenterNodePoolOptions> = {
  instanceFamilies: true,
  instanceCpus: true,
  architecture: true,
  nodeClass: true,
  labelValue: true,
};

const COMPUTE_ENVIRONMENT: Names<ComputeEnvironmentProps> = {
  ...RAY_CLUSTER,
  upgradeStrategy: true,
  workspace: true,
  environmentName: true,
  namespaceName: true,
  serviceAccount: true,
  cloudIdentity: true,
  networkIsolation: true,
  scheduleSubmitter: true,
  runClusters: true,
};

const RAY_JOB: Names<RayJobProps> = {
  ...RAY_CLUSTER,
  namespaceName: true,
  command: true,
  environmentVariables: true,
  timeLimit: true,
  startLimit: true,
  keepFinished: true,
  retries: true,
  serviceAccountName: true,
  cloudIdentity: true,
  networkIsolation: true,
};

const BACKFILL: Names<BackfillJobProps> = {
  ...UDF_COLUMN,
  ...JOB_WORKERS,
  environment: true,
  table: true,
  where: true,
  checkpointRows: true,
  checkpointInterval: true,
  onError: true,
  retries: true,
  retryDelay: true,
  batchTimeout: true,
  commitEvery: true,
  followAppends: true,
  waitForColumn: true,
};

const MATERIALIZED_VIEW: Names<MaterializedViewJobProps> = {
  ...JOB_WORKERS,
  environment: true,
  source: true,
  destination: true,
  select: true,
  where: true,
  columns: true,
};

const WORKER_GROUP: Names<WorkerGroupOptions> = {
  cpu: true,
  memory: true,
  gpus: true,
  minReplicas: true,
  maxReplicas: true,
  idleTimeout: true,
  priority: true,
  pool: true,
};

const RAY_IMAGE: Names<RayImageOptions> = { rayVersion: true, pythonVersion: true };
const SCHEDULE: Names<JobSchedule> = { cron: true, timeZone: true, timeLimit: true, suspended: true };
const RUN_CLUSTERS: Names<RunClusterOptions> = { timeLimit: true, startLimit: true, keepFinished: true };
const WORKSPACE_BUNDLE: Names<WorkspaceBundleProps> = { roots: true, store: true };
const HEAD_POOL: Names<KarpenterHeadNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, cpuLimit: true, warmNodes: true };
const STATIC_HEAD_POOL: Names<StaticHeadNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, nodes: true };
const WORKER_POOL: Names<KarpenterWorkerNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, cpuLimit: true, gpuLimit: true, keepEmpty: true };
const HEAD_NODES: Names<LabelledNodesOptions> = { labelValue: true, nodeCpu: true, nodeMemory: true };
const WORKER_NODES: Names<LabelledWorkerNodesOptions> = { ...HEAD_NODES, nodeGpus: true };

/** What users write by hand, by what it is. */
export const OPTIONS = {
  RAY_IMAGE,
  COMPUTE_ENVIRONMENT,
  RAY_JOB,
  BACKFILL,
  MATERIALIZED_VIEW,
  WORKER_GROUP,
  UDF_COLUMN,
  SCHEDULE,
  RUN_CLUSTERS,
  WORKSPACE_BUNDLE,
  HEAD_POOL,
  STATIC_HEAD_POOL,
  WORKER_POOL,
  HEAD_NODES,
  WORKER_NODES,
};

/**
 * Refuses an option that there isn't, which would pass without a word where nobody checks types. Options of subclasses are theirs to check.
 *
 * @param path construct path, or the function that the options were given to
 * @param known all that there are
 * @param of what they are of, where the path doesn't say it
 */
export function requireKnown(path: string, options: object, known: Readonly<Record<string, true>>, of = ''): void {
  const strange = Object.entries(options).find(([name, value]) => value !== undefined && !(name in known))?.[0];
  if (strange !== undefined) {
    const names = Object.keys(known).sort();
    const alike = names.filter((name) => isBeginning(name, strange));
    const meant = closest(strange, [...alike, ...names]) ?? alike[0];
    const said = meant === undefined ? { expected: `one of ${names.join(', ')}`, fix: `drop ${strange}` } : { expected: 'one that there is', fix: `did you mean ${meant}?` };
    throw invalidValue({ path, at: `${of} option`.trim(), got: strange, ...said });
  }
}

/** Whether one is the other with something behind it: gpu is meant for gpus, although cpu is as near. */
function isBeginning(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
