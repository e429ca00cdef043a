import { setTimeout as sleep } from 'timers/promises';
import { ApiServer } from './api-server';
import { ClusterApi } from './cluster-api';
import { ClusterName, formatClusterName, headAddress, Way } from './cluster-name';
import { headTrouble } from './head-trouble';
import { ifAllowed } from './if-allowed';
import { conditionOf, RayCluster } from './objects';
import { openApiServer } from './open-api-server';
import { PortForwardAgent } from './port-forward';
import { reached } from './reached';
import { ServiceProxyRoute } from './service-proxy';
import { readStack } from './stack-config-map';
import type { StackDescriptor } from '../../descriptor/stack-descriptor';
import { stackConfigMapName } from '../../spec/names';
import { headServiceName } from '../../spec/ray-ports';
import { proxiedService } from '../../spec/submitter-access';
import { NoContactError } from '../no-contact';
import { DirectRoute, Route } from '../route';
import type { Target } from '../target';
import { tokenFromEnvironment } from '../token';

/** The operator makes the Secret of a cluster that was just applied when it first looks at it. */
const SECRET_MS = 15_000;
const SECRET_PAUSE_MS = 500;

/**
 * Finds the Ray head of an environment in its cluster.
 *
 * @param name its place, and how it is reached
 * @param known what describes it, where that is known; absent: what is applied there describes it
 * @throws SubmitterError when the cluster, or the head's RayCluster, can't be found
 */
export async function clusterTarget(name: ClusterName, known?: StackDescriptor): Promise<Target> {
  const server = openApiServer(name);
  const applied = known ?? (await readStack(server, name.namespace, stackConfigMapName(name.environment))).descriptor;
  const descriptor = name.rayCluster === undefined ? applied : withRayCluster(applied, name.rayCluster);
  const found = await reached(server, () => new ClusterApi(server, descriptor).rayCluster());
  const cluster = new ClusterApi(server, withTokenOf(found, descriptor));
  const { namespace, environment, rayCluster: { dashboard } } = cluster.descriptor;
  const service = found.status?.head?.serviceName ?? dashboard.service;
  const address = headAddress(service, namespace, dashboard.port);
  const token = tokenFromEnvironment() ?? await tokenOfCluster(cluster, headTrouble(found) !== undefined);
  const context = name.context ?? server.context;
  return {
    name: formatClusterName({ ...name, namespace, environment, ...(context === undefined ? {} : { context }) }),
    address,
    token,
    isLocal: false,
    route: routeTo(name.via ?? wayFrom(server), cluster, { service, address, token }),
    cluster,
  };
}

/** The way that fits where we are: a pod of the cluster reaches its services. */
export function wayFrom(server: ApiServer): Way {
  return server.context === undefined ? 'direct' : 'proxy';
}

/** The environment with the RayCluster that it had, or will have, with other content. */
function withRayCluster(descriptor: StackDescriptor, name: string): StackDescriptor {
  const { rayCluster } = descriptor;
  const dashboard = { ...rayCluster.dashboard, service: headServiceName(name) };
  const tokenSecret = rayCluster.tokenSecret && { ...rayCluster.tokenSecret, name };
  return { ...descriptor, rayCluster: { ...rayCluster, name, dashboard, ...(tokenSecret ? { tokenSecret } : {}) } };
}

/** The cluster of a run takes the token of the environment's. */
function withTokenOf({ spec }: RayCluster, descriptor: StackDescriptor): StackDescriptor {
  const { rayCluster } = descriptor;
  const name = spec?.authOptions?.secretName;
  if (!name || !rayCluster.tokenSecret) { return descriptor; }
  return { ...descriptor, rayCluster: { ...rayCluster, tokenSecret: { ...rayCluster.tokenSecret, name } } };
}

interface Head {
  readonly service: string;
  readonly address: string;
  readonly token: string | undefined;
}

function routeTo(via: Way, cluster: ClusterApi, { service, address, token }: Head): Route {
  const { server, access, descriptor: { rayCluster: { dashboard } } } = cluster;
  switch (via) {
    case 'direct': return new DirectRoute(address, token);
    case 'port-forward': return new DirectRoute(address, token, new PortForwardAgent(server, access.portForwardGet, () => headPod(cluster), dashboard.port));
    default: return new ServiceProxyRoute(server, { ...access.proxyGet, name: proxiedService(service, dashboard.port) }, token);
  }
}

/** The head as it is now: one that was replaced is another pod. */
async function headPod(cluster: ClusterApi): Promise<string> {
  const found = await cluster.rayCluster();
  const pod = found.status?.head?.podName;
  const ready = conditionOf(found, 'HeadPodReady');
  if (pod === undefined || pod === '') { throw new NoContactError(`RayCluster ${found.metadata.name} has no head pod${ready?.reason ? ` (${ready.reason})` : ''}`); }
  return pod;
}

/** Who may not read the Secret can be given the token; without one, Ray's own refusal says so. */
async function tokenOfCluster(cluster: ClusterApi, isNew: boolean): Promise<string | undefined> {
  const deadline = performance.now() + (isNew ? SECRET_MS : 0);
  return ifAllowed(async () => {
    for (;;) {
      const token = await reached(cluster.server, () => cluster.token());
      if (token !== undefined || !cluster.access.secret || performance.now() > deadline) { return token; }
      await sleep(SECRET_PAUSE_MS);
    }
  });
}
