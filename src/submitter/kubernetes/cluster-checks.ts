import { Access, describeAccess } from './access';
import { missingAccess } from './access-review';
import { ClusterApi } from './cluster-api';
import { Way } from './cluster-name';
import { headTrouble, podTrouble, whyHeadIsDown } from './head-trouble';
import { ifAllowed } from './if-allowed';
import { timeOf } from './image-pulls';
import { Deployment, Metadata } from './objects';
import { reached } from './reached';
import { RunCluster } from './run-cluster';
import { Label } from '../../spec/labels';
import { Check, check, finding } from '../check';
import { tokenFromEnvironment } from '../token';

/** What the operator still complains about; it repeats itself. */
const RECENT_MS = 10 * 60_000;

const GRANT = 'environment.addSubmitters({ users: [...], groups: [...] }) in the app grants it; apply the manifests, or have it done';

/** Looks at everything in a Kubernetes cluster that a submit needs. Changes nothing. */
export async function* clusterChecks(cluster: ClusterApi, via: Way): AsyncIterable<Check> {
  const { server } = cluster;
  const reach = await check('Kubernetes', () => reached(server, () => describeServer(cluster)));
  yield reach;
  if (!reach.ok) { return; } // all else would say the same
  yield await check('KubeRay', () => describeKubeRay(cluster));
  yield await check('access', () => describeAccessTo(cluster, via));
  yield await check('RayCluster', () => describeRayCluster(cluster));
  yield await check('RayCluster events', () => describeEvents(cluster));
  yield await check('head nodes', () => describeHeadNodes(cluster));
  yield await check('token', () => describeToken(cluster));
}

async function describeServer({ server }: ClusterApi): Promise<string> {
  const { body } = await server.exchange({ method: 'GET', path: '/version' });
  if (!body.startsWith('{')) { throw finding(`what answers at ${server.address} is no API server`, 'kubectl config view shows the server of each context: correct it, or pass --context'); }
  const { gitVersion } = JSON.parse(body) as { gitVersion?: string };
  return `${gitVersion ?? 'a version that it does not tell'} at ${server.address}${server.context === undefined ? ', as a pod of it' : `, context ${server.context}`}`;
}

/** By discovery, which everybody may ask for; the operator itself is often out of sight. */
async function describeKubeRay({ server }: ClusterApi): Promise<string> {
  const { status, body } = await server.exchange({ method: 'GET', path: '/apis/ray.io/v1' });
  if (status === 403) { return 'out of our sight'; }
  const kinds = status === 200 ? (JSON.parse(body) as { resources?: { name: string }[] }).resources ?? [] : [];
  if (!kinds.some(({ name }) => name === 'rayclusters')) {
    throw finding('the cluster does not know RayClusters of ray.io/v1', 'install the KubeRay operator with its CRDs, 1.1 or newer: helm install kuberay-operator kuberay-operator --repo https://ray-project.github.io/kuberay-helm/');
  }
  const operator = await operatorImage(server);
  return `RayClusters of ray.io/v1; ${operator === undefined ? 'the operator is out of our sight' : `operator ${operator}`}`;
}

async function operatorImage(server: ClusterApi['server']): Promise<string | undefined> {
  const access = { verb: 'list', group: 'apps', version: 'v1', resource: 'deployments' } as const;
  const labelSelector = 'app.kubernetes.io/name=kuberay-operator'; // as its Helm chart labels it
  const found = await ifAllowed(() => server.list<Deployment>(access, { labelSelector }));
  return found?.[0]?.spec?.template?.spec?.containers?.[0]?.image;
}

async function describeAccessTo({ server, access, descriptor }: ClusterApi, via: Way): Promise<string> {
  const { proxyGet, proxyCreate, portForwardGet, portForwardCreate } = access;
  const ways: Record<Way, Access[]> = { 'proxy': [proxyGet, proxyCreate], 'port-forward': [portForwardGet, portForwardCreate], 'direct': [] };
  const secret = access.secret && !tokenFromEnvironment() ? [access.secret] : [];
  const needed = [access.rayCluster, ...ways[via], ...secret, ...rightsToRunClusters(server, descriptor)];
  const missing = await missingAccess(server, [...needed, access.pods, access.events]);
  const fatal = missing.filter((one) => needed.includes(one));
  if (fatal.length > 0) { throw finding(`not allowed to ${fatal.map(describeAccess).join(', ')}`, GRANT); }
  return missing.length === 0 ? `all that --via ${via} takes` : `all that --via ${via} takes; steps stay unseen: not allowed to ${missing.map(describeAccess).join(', ')}`;
}

/** Where runs have clusters of their own; those of one stand for all. */
function rightsToRunClusters(server: ClusterApi['server'], descriptor: ClusterApi['descriptor']): Access[] {
  return descriptor.runClusters ? Object.values(new RunCluster(server, descriptor, 'any').access) : [];
}

async function describeRayCluster(cluster: ClusterApi): Promise<string> {
  const found = await cluster.rayCluster();
  const why = await whyHeadIsDown(cluster);
  const { namespace, rayCluster: { name, rayVersion } } = cluster.descriptor;
  const look = `kubectl describe raycluster ${name} -n ${namespace}`;
  if (why !== undefined) { throw finding(`the head of ${name} is not up: ${why}`, `wait, if that passes; else ${look}, and see that a node has the label ${Label.RAY_HEAD_NODE} and room`); }
  const pods = podTrouble(found);
  if (pods !== undefined) { throw finding(`${name} can't have all of its pods: ${pods}`, `${look}; look at quotas and admission policies of the namespace`); }
  const applied = found.spec?.rayVersion;
  if (applied !== undefined && applied !== rayVersion) { throw finding(`${name} has rayVersion ${applied}, the stack declares ${rayVersion}`, 'cdk8s synth, then kubectl apply -f dist'); }
  const { readyWorkerReplicas = 0, maxWorkerReplicas } = found.status ?? {};
  return `${name}, its head is ready; ${readyWorkerReplicas} workers${maxWorkerReplicas === undefined ? '' : ` of ${maxWorkerReplicas} at most`}`;
}

async function describeEvents(cluster: ClusterApi): Promise<string> {
  const { namespace, rayCluster: { name } } = cluster.descriptor;
  const events = await ifAllowed(() => cluster.events('RayCluster'));
  if (!events) { return 'out of our sight'; }
  const warnings = events.filter((event) => event.type === 'Warning' && event.involvedObject.name === name && Date.now() - timeOf(event) * 1000 < RECENT_MS)
    .sort((a, b) => timeOf(b) - timeOf(a));
  if (warnings.length === 0) { return 'no warning in the last 10 minutes'; }
  throw finding(`${warnings.length} in the last 10 minutes; ${warnings[0].reason}: ${(warnings[0].message ?? '').split('\n')[0].slice(0, 300)}`,
    `kubectl describe raycluster ${name} -n ${namespace} has all of them; change the environment, then cdk8s synth and kubectl apply -f dist`);
}

/** A pool that is not managed by Karpenter has to have its label by hand. */
async function describeHeadNodes(cluster: ClusterApi): Promise<string> {
  const access = { verb: 'list', group: '', version: 'v1', resource: 'nodes' } as const;
  const found = await ifAllowed(() => cluster.server.list<{ readonly metadata: Metadata }>(access, { labelSelector: Label.RAY_HEAD_NODE }));
  if (!found) { return 'out of our sight'; }
  if (found.length > 0) { return `${found.length} with the label ${Label.RAY_HEAD_NODE}`; }
  if (headTrouble(await cluster.rayCluster()) === undefined) { return `none has the label ${Label.RAY_HEAD_NODE}, and the head is up without`; }
  throw finding(`no node has the label ${Label.RAY_HEAD_NODE}`,
    `kubectl label node NAME ${Label.RAY_HEAD_NODE}=true for those that heads may use (taint them alike), or have Karpenter make them: HeadNodePool.karpenter()`);
}

async function describeToken(cluster: ClusterApi): Promise<string> {
  if (tokenFromEnvironment()) { return 'from RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH'; }
  const { tokenSecret } = cluster.descriptor.rayCluster;
  if (!tokenSecret) { return 'the cluster wants none'; }
  if (await cluster.token() !== undefined) { return `in Secret ${tokenSecret.name}`; }
  throw finding(`Secret ${tokenSecret.name} with key ${tokenSecret.key} is not there`, 'KubeRay 1.5.1 or newer makes it with the cluster: helm upgrade kuberay-operator kuberay-operator --repo https://ray-project.github.io/kuberay-helm/');
}
