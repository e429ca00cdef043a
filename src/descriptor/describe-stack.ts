import { BundleDescriptor, JobDescriptor, RunClustersDescriptor, STACK_DESCRIPTOR_SCHEMA, StackDescriptor, WorkerGroupDescriptor } from './stack-descriptor';
import { headServiceName, RayPort } from '../spec/ray-ports';
import { TOKEN_SECRET_KEY } from '../spec/token-secret';

/** What an environment came to be. */
export interface FinishedEnvironment {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccountName: string;
  /** Name of the RayCluster. */
  readonly cluster: string;
  readonly image: string;
  readonly rayVersion: string;
  readonly pythonVersion?: string;
  readonly tokenAuth: boolean;
  readonly workers: readonly WorkerGroupDescriptor[];
  /** Absent: the code is in the image. */
  readonly bundle?: BundleDescriptor;
  readonly jobs: JobDescriptor[];
  /** Absent: no job has a cluster for each run. */
  readonly runClusters?: RunClustersDescriptor;
}

/** Writes down for the submitter what an environment came to be. */
export function describeStack(environment: FinishedEnvironment): StackDescriptor {
  const { cluster } = environment;
  return {
    schema: STACK_DESCRIPTOR_SCHEMA,
    environment: environment.name,
    namespace: environment.namespace,
    rayCluster: {
      name: cluster,
      rayVersion: environment.rayVersion,
      pythonVersion: environment.pythonVersion,
      image: environment.image,
      dashboard: { service: headServiceName(cluster), port: RayPort.DASHBOARD },
      tokenSecret: environment.tokenAuth ? { name: cluster, key: TOKEN_SECRET_KEY } : undefined,
    },
    serviceAccount: environment.serviceAccountName,
    workerGroups: environment.workers.filter(({ cpus }) => cpus > 0).map(workerGroup), // without CPUs nothing runs there
    bundle: environment.bundle ?? null,
    jobs: environment.jobs,
    runClusters: environment.runClusters,
  };
}

/** What the submitter reads of a group, in the order in which it stands in the descriptor, whatever else is known of it. */
function workerGroup({ name, cpus, memoryBytes, gpus, minReplicas, maxReplicas, idleTimeoutSeconds }: WorkerGroupDescriptor): WorkerGroupDescriptor {
  return { name, cpus, memoryBytes: Math.max(1, memoryBytes), gpus, minReplicas, maxReplicas, idleTimeoutSeconds };
}
