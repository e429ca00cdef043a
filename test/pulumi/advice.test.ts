import { MockedEngine, notYetKnown, valueOf } from './mocked-pulumi';
import { ComputeEnvironment, KarpenterNodePools, RayCluster, RayJob } from '../../src/pulumi';
import { temporaryDirectory, tree } from '../temporary-directory';

jest.setTimeout(60_000); // the modules of two providers are loaded by the first test

const CLUSTER = {
  namespace: 'ml',
  image: 'ghcr.io/acme/features:latest',
  rayVersion: '2.54.0',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }, { name: 'more', cpu: 8, memoryGiB: 8, maxReplicas: 10, idleTimeoutSeconds: 5 }],
};
const IMAGE = 'RayCluster features: image COLD-02';
const IDLE = 'RayCluster features: workerGroups[1].idleTimeoutSeconds COLD-01';

const engine = new MockedEngine();

/** `TYPE NAME: INPUT RULE` of what was printed. */
async function advice(make: () => unknown, how = {}): Promise<string[]> {
  await engine.start(how);
  make();
  await engine.settle();
  return Promise.all(engine.warnings.map(async ({ text, resource }) => {
    const [type, name] = (await valueOf(resource.urn)).split('::').slice(2);
    return `${type.split(':').pop()} ${name}: ${text.split(': ')[0]} ${/\[([A-Z]+-\d+), docs/.exec(text)?.[1]}`;
  }));
}

test.each([{ preview: true }, { preview: false }])('is printed beside what it is about, once, by the input: %j', async (how) => {
  expect(await advice(() => new RayCluster('features', CLUSTER), how)).toEqual([IDLE, IMAGE]);
});

test('of an environment is that on itself and on its parts', async () => {
  const { namespace, ...cluster } = CLUSTER;
  const karpenter = { headPool: { warmNodes: 0 }, cpuPool: { cpuLimit: 16 }, interruptionQueue: false };
  expect((await advice(() => new ComputeEnvironment('features', { ...cluster, namespace, networkIsolation: false, karpenter }))).sort()).toEqual([
    'ComputeEnvironment features: networkIsolation SAFE-02',
    'KarpenterNodePools features: headPool.warmNodes COLD-03',
    'KarpenterNodePools features: workerGroups[0] POOL-05',
    'KarpenterNodePools features: workerGroups[1] POOL-05',
    IMAGE,
    IDLE,
  ]);
});

test('of functions that do not ship is by the inputs that name them', async () => {
  const args = {
    ...CLUSTER,
    image: 'ghcr.io/acme/features:1',
    workerGroups: CLUSTER.workerGroups.slice(0, 1),
    workspaceRoots: [{ path: tree({ 'features/text.py': '' }) }],
    bundleStore: `file://${temporaryDirectory()}/`,
    backfills: ['features.text:a', 'features.txt:a'].map((udf, i) => ({ name: `fill-${i}`, table: '/t.lance', column: 'a', udf })),
    materializedViews: [{ name: 'view', source: '/t.lance', destination: '/v.lance', columns: [{ column: 'b', udf: 'other:b' }] }],
  };
  expect(await advice(() => new ComputeEnvironment('features', args), { preview: true })).toEqual([
    'ComputeEnvironment features: backfills[1].udf JOB-11',
    'ComputeEnvironment features: materializedViews[0].columns JOB-11',
  ]);
});

test('of a job is that on its cluster, too', async () => {
  const job = { ...CLUSTER, command: ['true'], networkIsolation: false, tokenAuthentication: false };
  expect((await advice(() => new RayJob('features', job))).sort()).toEqual([
    'RayJob features: image COLD-02',
    'RayJob features: networkIsolation SAFE-02',
    'RayJob features: tokenAuthentication SAFE-01',
    'RayJob features: workerGroups[1].idleTimeoutSeconds COLD-01',
  ]);
});

test('of pools is told by pool', async () => {
  expect(await advice(() => new KarpenterNodePools('features', { namespace: 'ml', interruptionQueue: false, headPool: { instanceFamilies: ['m7i'] } }))).toEqual([
    'KarpenterNodePools features: headPool.instanceFamilies COLD-04',
  ]);
});

test('waits for what a preview does not know', async () => {
  expect(await advice(() => new RayCluster('features', { ...CLUSTER, image: notYetKnown() }), { preview: true })).toEqual([]);
});
