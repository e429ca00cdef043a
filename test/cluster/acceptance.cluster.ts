import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { Cron } from 'cdk8s';
import * as fc from 'fast-check';
import { hasCondition, KubernetesClient, KubeObject, until } from './kubernetes-client';
import { HeadNodePool, KubeRayVersion } from '../../src';
import { TestBed } from '../../tools/testbed/test-bed';
import { Asked, build, ENVIRONMENT } from '../constructs/random-environment';
import { environment, manifests, only } from '../constructs/synthesized';
import { EXAMPLES, synthExample } from '../examples/synthesized-example';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
/** `npm run chaos` has 2,000. fast-check prints the seed of what fails. */
const RUNS = Number(process.env.RANDOM_ENVIRONMENTS ?? 200);
/** What the operator of the test bed, KubeRay 1.6, has no field for. */
const OF_KUBERAY_1_7 = /unknown field "spec\.(\w+\.)?(upgradeStrategy|networkPolicy|tlsOptions|historyServerOptions|.*\.priority|autoscalerOptions\.(args|command)|gcsFaultToleranceOptions\.(backend|storage)|timeZone|suspend)/;

/** A cluster by hand, in a test that is about no more than a part of it. */
const PARTIAL = 'raw';

jest.setTimeout(600_000 + RUNS * 1000);

let bed: TestBed;
let client: KubernetesClient;

beforeAll(async () => {
  bed = await TestBed.start({ nodes: 'fake' });
  client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  await client.apply([node('head', { 'geneva.lancedb.com/ray-head': 'true' })]);
});

afterAll(async () => bed?.stop());

describe.each(EXAMPLES)('the example %s', (example) => {
  let objects: KubeObject[];
  let namespace: string;

  beforeAll(async () => {
    objects = synthExample(example).objects as KubeObject[];
    await client.apply(objects);
    namespace = objects.find(({ kind }) => kind === 'RayCluster')!.metadata.namespace!;
    await until('all clusters are ready', async () => {
      const clusters = await Promise.all(objects.filter(({ kind }) => kind === 'RayCluster').map((cluster) => client.get(cluster)));
      return clusters.every((cluster) => hasCondition(cluster, 'RayClusterProvisioned'));
    });
  });

  afterAll(async () => { // room for the heads of the next one
    await Promise.all(objects.filter(({ kind }) => kind === 'Namespace').map((object) => client.delete(object)));
  });

  test('is one cluster whose head is where the pool of heads is', async () => {
    const [head, ...others] = await client.list('v1', 'Pod', namespace, 'ray.io/node-type=head');
    expect(others).toEqual([]);
    expect(head.spec.nodeName).toBe('head');
  });

  test('has a head that nobody may evict, and that comes back when it is deleted', async () => {
    const [head] = await client.list('v1', 'Pod', namespace, 'ray.io/node-type=head');
    await until('the budget has been worked out', async () => {
      const [budget] = await client.list('policy/v1', 'PodDisruptionBudget', namespace);
      return budget.status?.expectedPods === 1 && budget.status.disruptionsAllowed === 0;
    });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: head.metadata.name, namespace } };
    expect((await client.send('POST', `/api/v1/namespaces/${namespace}/pods/${head.metadata.name}/eviction`, eviction)).status).toBe(429);
    await client.delete(head, 0);
    await until('there is another head', async () => (await client.list('v1', 'Pod', namespace, 'ray.io/node-type=head')).some(({ metadata }) => metadata.uid !== head.metadata.uid));
  });

  test('draws no warning from anybody', async () => {
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    expect((await Promise.all(namespaces.map((name) => client.warnings(name)))).flat()).toEqual([]);
  });
});

test('what the tests of the constructs synthesize is all taken, field by field', async () => {
  const recorded = join(temporaryDirectory(), 'manifests.ndjson');
  const env = { ...process.env, RECORDED_MANIFESTS: recorded, RANDOM_ENVIRONMENTS: '1' };
  execFileSync('npx', ['jest', '--ci', 'test/constructs'], { cwd: REPOSITORY, env, stdio: 'pipe' });
  const objects = [...new Set(readFileSync(recorded, 'utf8').trim().split('\n'))].map((line) => JSON.parse(line) as KubeObject);
  expect(objects.length).toBeGreaterThan(300);
  expect(await refused(objects.filter(({ metadata: { name } }) => name !== PARTIAL))).toEqual([]);
});

test(`${RUNS} random environments are taken, field by field`, async () => {
  await fc.assert(fc.asyncProperty(ENVIRONMENT, async (asked) => {
    const objects = manifests(build(ofThisOperator(asked))) as KubeObject[];
    expect(await refused(objects)).toEqual([]);
  }), { numRuns: RUNS });
});

test('what we call restricted may run where the Pod Security Standard restricted is enforced', async () => {
  const namespace = await client.newNamespace('restricted', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  const env = environment({ headPool: HeadNodePool.karpenter(), scheduleSubmitter: { image: 'submitter:1' } });
  env.addBackfill('nightly', { table: '/t.lance', column: 'a', udf: 'a:a', schedule: { cron: Cron.daily() } });
  env.addImagePrePull({});
  const objects = manifests(env);
  const templates: Record<string, any> = {
    scheduled: only(objects, 'CronJob').spec.jobTemplate.spec.template.spec,
    pulled: only(objects, 'DaemonSet').spec.template.spec,
    ray: only(objects, 'RayCluster').spec.headGroupSpec.template.spec,
  };
  const answers = Object.entries(templates).map(async ([name, { serviceAccountName, priorityClassName, ...spec }]) => {
    const { status } = await client.tryToCreate({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec });
    return [name, status];
  });
  expect(Object.fromEntries(await Promise.all(answers))).toEqual({ scheduled: 201, pulled: 201, ray: 403 });
});

function ofThisOperator(asked: Asked): Asked {
  return asked.kuberay === KubeRayVersion.V1_7 ? { ...asked, kuberay: KubeRayVersion.V1_6 } : asked;
}

const namespaces = new Set<string>();

/** What the server says of those that it would not take. */
async function refused(objects: KubeObject[]): Promise<string[]> {
  for (const name of new Set(objects.map(({ metadata }) => metadata.namespace ?? 'default'))) {
    if (!namespaces.has(name)) { await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }); }
    namespaces.add(name);
  }
  const answers = await Promise.all(objects.map(async (object) => ({ object, answer: await client.tryToCreate(object) })));
  return answers
    .filter(({ answer: { status, body } }) => status !== 201 && status !== 409 && !OF_KUBERAY_1_7.test(body.message))
    .map(({ object, answer }) => `${object.kind} ${object.metadata.name}: ${answer.body.message}`);
}

function node(name: string, labels: Record<string, string>): KubeObject {
  const capacity = { 'cpu': '128', 'memory': '512Gi', 'pods': '110', 'nvidia.com/gpu': '8' };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'testbed.geneva-constructs.dev/pods': 'fake', ...labels } }, status: { capacity } };
}
