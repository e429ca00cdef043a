import { BackfillJobProps } from './backfill-job';
import { BundleRootOptions, PythonPathOptions, SitePackagesRootOptions } from './bundle-root';
import { AzureIdentityOptions } from './cloud-identity';
import { ComputeEnvironmentProps } from './compute-environment';
import { Ec2NodeClassProps } from './ec2-node-class';
import { GenevaClientConfigProps } from './geneva-client-config';
import { LabelledNodesOptions } from './head-node-pool';
import { ImagePrePullProps } from './image-pre-pull';
import { JobSchedule, ScheduleSubmitterOptions } from './job-schedule';
import { JobWorkersOptions } from './job-workers';
import { KarpenterHeadNodePoolOptions, StaticHeadNodePoolOptions } from './karpenter-head-node-pool-options';
import { KarpenterNodeClass, KarpenterNodePoolOptions } from './karpenter-node-pool-options';
import { KarpenterWorkerNodePoolOptions } from './karpenter-worker-node-pool-options';
import { LastingClusterOptions } from './lasting-cluster-options';
import { MaterializedViewJobProps } from './materialized-view-job';
import { NetworkIsolationOptions } from './network-isolation';
import { LocalQueueOptions, QueueAdmissionOptions } from './queue-admission';
import { RayClusterProps } from './ray-cluster';
import { RayClusterOptions } from './ray-cluster-options';
import { RayImageOptions } from './ray-image';
import { RayJobProps } from './ray-job';
import { RayMonitoringProps } from './ray-monitoring';
import { RunClusterOptions } from './run-cluster-options';
import { BundledPackagesOptions } from './site-packages';
import { SubmitterAccessProps } from './submitter-access';
import { UdfColumn } from './udf-column';
import { WorkerGroupOptions } from './worker-group';
import { LabelledWorkerNodesOptions } from './worker-node-pool';
import { WorkspaceBundleProps } from './workspace-bundle';

/** All options of an interface: the compiler refuses a list that lacks one, one that has another, and one that is wrong about which are needed. */
type Names<T> = { readonly [Name in keyof T]-?: undefined extends T[Name] ? true : 'needed' };

/** Options by their names, and whether they are needed. */
export type KnownOptions = Readonly<Record<string, true | 'needed'>>;

const ANY_CLUSTER: Names<RayClusterOptions> = {
  image: 'needed',
  headPool: 'needed',
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

const UDF_COLUMN: Names<UdfColumn> = { column: true, columns: true, udf: 'needed', inputs: true, outputType: true, udfVersion: true };

const NODE_POOL: Names<KarpenterNodePoolOptions> = {
  instanceFamilies: true,
  instanceCpus: true,
  architecture: true,
  nodeClass: true,
  labelValue: true,
};

const LASTING_CLUSTER: Names<LastingClusterOptions> = { ...ANY_CLUSTER, upgradeStrategy: true };

const RAY_CLUSTER: Names<RayClusterProps> = { ...LASTING_CLUSTER, namespaceName: 'needed', label: true, serviceAccountName: true };

const COMPUTE_ENVIRONMENT: Names<ComputeEnvironmentProps> = {
  ...LASTING_CLUSTER,
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
  ...ANY_CLUSTER,
  namespaceName: 'needed',
  command: 'needed',
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
  environment: 'needed',
  table: 'needed',
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
  environment: 'needed',
  source: 'needed',
  destination: 'needed',
  select: true,
  where: true,
  columns: true,
};

const WORKER_GROUP: Names<WorkerGroupOptions> = {
  cpu: 'needed',
  memory: 'needed',
  gpus: true,
  minReplicas: true,
  maxReplicas: 'needed',
  idleTimeout: true,
  priority: true,
  pool: true,
};

const RAY_IMAGE: Names<RayImageOptions> = { rayVersion: 'needed', pythonVersion: 'needed' };
const SCHEDULE: Names<JobSchedule> = { cron: 'needed', timeZone: true, timeLimit: true, suspended: true };
const RUN_CLUSTERS: Names<RunClusterOptions> = { timeLimit: true, startLimit: true, keepFinished: true };
const WORKSPACE_BUNDLE: Names<WorkspaceBundleProps> = { roots: 'needed', store: 'needed' };
const HEAD_POOL: Names<KarpenterHeadNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, cpuLimit: true, warmNodes: true };
const STATIC_HEAD_POOL: Names<StaticHeadNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, nodes: true };
const WORKER_POOL: Names<KarpenterWorkerNodePoolOptions> = { ...NODE_POOL, capacityTypes: true, cpuLimit: true, gpuLimit: true, keepEmpty: true };
const HEAD_NODES: Names<LabelledNodesOptions> = { labelValue: true, nodeCpu: true, nodeMemory: true };
const WORKER_NODES: Names<LabelledWorkerNodesOptions> = { ...HEAD_NODES, nodeGpus: true };
const NODE_CLASS_REFERENCE: Names<KarpenterNodeClass> = { group: true, kind: true, name: 'needed' };
const SUBMITTER_ACCESS: Names<SubmitterAccessProps> = { environment: 'needed', users: true, groups: true, portForward: true, apiServerCidrs: true };
const RAY_MONITORING: Names<RayMonitoringProps> = { environment: 'needed', labels: true, prometheusNamespace: true, dashboardLabels: true, interval: true };
const IMAGE_PRE_PULL: Names<ImagePrePullProps> = { environment: 'needed', workerGroups: true };
const GENEVA_CLIENT_CONFIG: Names<GenevaClientConfigProps> = { environment: 'needed', clientNamespace: true, pip: true };
const NETWORK_ISOLATION: Names<NetworkIsolationOptions> = { operatorNamespace: true, submitterNamespaces: true };
const QUEUE_ADMISSION: Names<QueueAdmissionOptions> = { priorityClass: true, kueue: true };
const LOCAL_QUEUE: Names<LocalQueueOptions> = { ...QUEUE_ADMISSION, queueName: true };
const SCHEDULE_SUBMITTER: Names<ScheduleSubmitterOptions> = { image: 'needed', stackDirectory: true, cloudIdentity: true };
const AZURE_IDENTITY: Names<AzureIdentityOptions> = { tenantId: true };
const BUNDLED_PACKAGES: Names<BundledPackagesOptions> = { architecture: true, exclude: true };
const BUNDLE_ROOT: Names<BundleRootOptions> = { exclude: true, notebooks: true, architecture: true };
const PYTHON_PATH: Names<PythonPathOptions> = { ...BUNDLE_ROOT, workspace: 'needed', interpreter: true, sitePackages: true };
const SITE_PACKAGES_ROOT: Names<SitePackagesRootOptions> = { ...BUNDLED_PACKAGES, pythonVersion: 'needed' };

const EC2_NODE_CLASS: Names<Ec2NodeClassProps> = {
  ami: 'needed',
  role: 'needed',
  subnets: 'needed',
  securityGroups: 'needed',
  diskSize: true,
  diskThroughput: true,
  kmsKey: true,
  name: true,
};

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
  LASTING_CLUSTER,
  RAY_CLUSTER,
  NODE_CLASS_REFERENCE,
  SUBMITTER_ACCESS,
  RAY_MONITORING,
  IMAGE_PRE_PULL,
  GENEVA_CLIENT_CONFIG,
  NETWORK_ISOLATION,
  QUEUE_ADMISSION,
  LOCAL_QUEUE,
  SCHEDULE_SUBMITTER,
  AZURE_IDENTITY,
  BUNDLED_PACKAGES,
  BUNDLE_ROOT,
  PYTHON_PATH,
  SITE_PACKAGES_ROOT,
  EC2_NODE_CLASS,
};
