import { setTimeout as sleep } from 'timers/promises';
import { KubernetesClient, KubeObject, until } from './kubernetes-client';
import { wholeCluster } from './whole-object';
import { INT32_MAX } from '../../src/spec/quantities';
import { TestBed } from '../../tools/testbed/test-bed';

jest.setTimeout(120_000);

let bed: TestBed;
beforeAll(async () => { bed = await TestBed.start({ nodes: 'fake' }); });
afterAll(async () => bed?.stop());

const GROUP = { groupName: 'cpu', minReplicas: 0, maxReplicas: 1, template: { spec: { containers: [{ name: 'ray-worker', image: 'ray' }] } } };

function cluster(name: string, namespace: string, maxReplicas: number): KubeObject {
  return { apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name, namespace }, spec: wholeCluster({ workerGroupSpecs: [{ ...GROUP, maxReplicas }] }) };
}

/** Ten times what a head takes to come in such a bed. */
const LONG_MS = 10_000;

test('RAY-P4: one cluster with a maximum beyond int32, and the operator sees no cluster any more until it is gone', async () => {
  const client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  const namespace = await client.newNamespace('beyond');
  const make = async (name: string, maxReplicas: number) => expect((await client.create(cluster(name, namespace, maxReplicas))).status).toBe(201);
  const hasHead = async (name: string) => (await client.list('v1', 'Pod', namespace, `ray.io/cluster=${name},ray.io/node-type=head`)).length === 1;
  await make('before', INT32_MAX);
  await until('the first head', async () => hasHead('before'), LONG_MS);
  await make('beyond', INT32_MAX + 1);
  await make('after', 1);
  await sleep(LONG_MS);
  expect([await hasHead('beyond'), await hasHead('after')]).toEqual([false, false]);
  await client.delete(cluster('beyond', namespace, 1));
  await until('the head that waited', async () => hasHead('after'), 60_000);
});
