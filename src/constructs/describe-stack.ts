import { Authentication } from './authentication';
import { RayCluster } from './ray-cluster';
import { RayImage } from './ray-image';
import { RunClusters } from './run-clusters';
import { WorkspaceBundle } from './workspace-bundle';
import { JobDescriptor, STACK_DESCRIPTOR_SCHEMA, StackDescriptor } from '../descriptor/stack-descriptor';
import { headServiceName, RayPort } from '../spec/ray-ports';
import { TOKEN_SECRET_KEY } from '../spec/token-secret';

/** An environment with everything that was added to it. */
interface FinishedEnvironment {
  readonly name: string;
  readonly namespaceName: string;
  readonly serviceAccountName: string;
  readonly image: RayImage;
  readonly cluster: RayCluster;
  readonly authentication?: Authentication;
  readonly workspace?: WorkspaceBundle;
  readonly runClusters: RunClusters;
  readonly jobs: JobDescriptor[];
}

/** Writes down for the submitter what an environment came to be. */
export function describeStack(environment: FinishedEnvironment): StackDescriptor {
  const { cluster, image, workspace } = environment;
  const name = cluster._currentName();
  const tokenSecret = environment.authentication === Authentication.NONE ? undefined : { name, key: TOKEN_SECRET_KEY };
  return {
    schema: STACK_DESCRIPTOR_SCHEMA,
    environment: environment.name,
    namespace: environment.namespaceName,
    rayCluster: {
      name,
      rayVersion: image.rayVersion,
      pythonVersion: image.pythonVersion,
      image: image.image,
      dashboard: { service: headServiceName(name), port: RayPort.DASHBOARD },
      tokenSecret,
    },
    serviceAccount: environment.serviceAccountName,
    workerGroups: cluster._workerGroups().map(({ placement: _nodes, priority: _rank, ...group }) => group),
    bundle: workspace ? { digest: workspace.digest, store: workspace.store.url } : null,
    jobs: environment.jobs,
    runClusters: environment.runClusters.describe(cluster, environment.name, tokenSecret?.name),
  };
}
