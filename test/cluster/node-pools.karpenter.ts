import { Duration, JsonPatch, ApiObject, Size } from 'cdk8s';
import { KubernetesClient, KubeObject, until } from './kubernetes-client';
import { HeadNodePool, KubeRayVersion, WorkerNodePool } from '../../src';
import { TestBed } from '../../tools/testbed/test-bed';
import { environment, manifests } from '../constructs/synthesized';

/** The nodes of Karpenter's kwok provider, in place of a cloud's. */
const KWOK = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const NODE_CLASS: KubeObject = { apiVersion: `${KWOK.group}/v1alpha1`, kind: KWOK.kind, metadata: { name: KWOK.name } };

jest.setTimeout(180_000);

let bed: TestBed;
let client: KubernetesClient;
let objects: KubeObject[];

beforeAll(async () => {
  bed = await TestBed.start({ nodes: 'fake', karpenter: true });
  client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  for (const name of ['head-0', 'worker-0', 'worker-1']) { await client.delete({ apiVersion: 'v1', kind: 'Node', metadata: { name } }); } // Karpenter makes the nodes here
  const env = environment({ kuberay: KubeRayVersion.V1_6, headPool: HeadNodePool.karpenter({ nodeClass: KWOK, warmNodes: 1 }) });
  env.addWorkerGroup('batch', { cpu: 8, memory: Size.gibibytes(16), maxReplicas: 4, pool: WorkerNodePool.karpenter({ nodeClass: KWOK, keepEmpty: Duration.seconds(30) }) });
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.add('/spec/workerGroupSpecs/1/replicas', 2)); // what Ray's autoscaler would do
  objects = manifests(env) as KubeObject[];
  await client.apply([NODE_CLASS, ...objects]);
}, 1_800_000);

afterAll(async () => bed?.stop());

test('the head has a node of the head pool, bought on demand, and room for another one is held', async () => {
  const [head] = await scheduled('head', 1);
  const node = await nodeOf(head);
  expect(node.metadata.labels).toMatchObject({ 'geneva.lancedb.com/ray-head': expect.anything(), 'karpenter.sh/capacity-type': 'on-demand', 'karpenter.sh/nodepool': poolNames()[0] });
  const { namespace } = head.metadata;
  await until('room for another one is held on a node of the head pool', async () => {
    const [pause] = (await client.list('v1', 'Pod', namespace!)).filter(({ metadata }) => metadata.name.includes('keep-warm'));
    return pause?.status.phase === 'Running' && (await nodeOf(pause)).metadata.labels!['karpenter.sh/nodepool'] === poolNames()[0];
  });
});

test('workers of a group have nodes of its pool, and those go when the workers have gone', async () => {
  const workers = await scheduled('worker', 2);
  for (const worker of workers) {
    expect((await nodeOf(worker)).metadata.labels).toMatchObject({ 'karpenter.sh/nodepool': poolNames()[1] });
  }
  const cluster = objects.find(({ kind }) => kind === 'RayCluster')!;
  const path = `/apis/ray.io/v1/namespaces/${cluster.metadata.namespace}/rayclusters/${cluster.metadata.name}`;
  const scaleIn = [
    { op: 'replace', path: '/spec/workerGroupSpecs/1/replicas', value: 0 },
    { op: 'add', path: '/spec/workerGroupSpecs/1/scaleStrategy', value: { workersToDelete: workers.map(({ metadata }) => metadata.name) } },
  ]; // as Ray's autoscaler does: the operator deletes no worker by chance
  expect((await client.send('PATCH', path, scaleIn, 'application/json-patch+json')).status).toBe(200);
  await until('the nodes of the pool are gone', async () => (await nodesOf(poolNames()[1])).length === 0, 150_000);
  expect(await nodesOf(poolNames()[0])).not.toEqual([]);
});

/** Names of the head pool and of the worker pool. */
function poolNames(): string[] {
  return objects.filter(({ kind }) => kind === 'NodePool').map(({ metadata }) => metadata.name).sort((a) => (a.includes('head') ? -1 : 1));
}

async function scheduled(type: string, count: number): Promise<KubeObject[]> {
  const { namespace } = objects.find(({ kind }) => kind === 'RayCluster')!.metadata;
  return until(`${count} of type ${type} have a node`, async () => {
    const pods = (await client.list('v1', 'Pod', namespace!, `ray.io/node-type=${type}`)).filter(({ spec }) => spec.nodeName);
    return pods.length === count && pods;
  }, 120_000);
}

async function nodeOf(pod: KubeObject): Promise<KubeObject> {
  return (await client.get({ apiVersion: 'v1', kind: 'Node', metadata: { name: pod.spec.nodeName } }))!;
}

async function nodesOf(pool: string): Promise<KubeObject[]> {
  const { body } = await client.send('GET', `/api/v1/nodes?labelSelector=${encodeURIComponent(`karpenter.sh/nodepool=${pool}`)}`);
  return body.items;
}
