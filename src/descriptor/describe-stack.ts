import { BundleDescriptor, JobDescriptor, RunClustersDescriptor, STACK_DESCRIPTOR_SCHEMA, StackDescriptor } from './stack-descriptor';
import { WorkerSpec } from '../spec/ray-cluster';
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
  readonly workers: readonly WorkerSpec[];
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
    workerGroups: environment.workers.map(({ placement: _nodes, priority: _rank, ...group }) => group),
    bundle: environment.bundle ?? null,
    jobs: environment.jobs,
    runClusters: environment.runClusters,
  };
}
