import { execFile } from 'child_process';
import { join } from 'path';
import { promisify } from 'util';
import { OpMap } from '@pulumi/pulumi/automation';
import { App, Chart, Size } from 'cdk8s';
import { MAKE_TIMEOUT, RealPulumi, resources } from './real-pulumi';
import { CloudIdentity, ComputeEnvironment as Cdk8sEnvironment, HeadNodePool, KubeRayVersion, RayImage, WorkerNodePool } from '../../src';
import { readStackDescriptor } from '../../src/descriptor/read';
import { StackDescriptor } from '../../src/descriptor/stack-descriptor';
import { ComputeEnvironment } from '../../src/pulumi';
import { TestBed } from '../../tools/testbed/test-bed';
import { KubernetesClient, KubeObject } from '../cluster/kubernetes-client';
import { temporaryDirectory, tree } from '../temporary-directory';

const CLI = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');
const RELEASES = { rayVersion: '2.54.0', pythonVersion: '3.12' };
const ROLE = 'arn:aws:iam::123456789012:role/features';
const JOB = { table: 's3://acme/docs.lance', column: 'words', udf: 'features.text:word_count', workerGroup: 'cpu' };
const SUBMITTERS = { users: ['ada'], apiServerCidrs: ['10.0.0.0/16'] };

let bed: TestBed;
let client: KubernetesClient;
let pulumi: RealPulumi;

beforeAll(async () => {
  pulumi = await RealPulumi.start();
  bed = await TestBed.start({ nodes: 'fake' });
  client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
}, MAKE_TIMEOUT);

afterAll(async () => bed?.stop());

describe('the life of an environment', () => {
  const life: Record<string, Sight> = {};
  const descriptors: StackDescriptor[] = [];
  let wanted: Wanted = { image: 'ghcr.io/acme/features:1', maxReplicas: 10 };
  let doctors: string[];
  let left: string[];

  beforeAll(async () => {
    const stack = await pulumi.stack('features', () => program(wanted), { KUBECONFIG: bed.kubeconfig });
    const up = async (changed: Wanted) => {
      wanted = changed;
      const { outputs, summary } = await stack.up();
      descriptors.push(readStackDescriptor(outputs.descriptor.value, 'the output'));
      return seen(wanted, summary.resourceChanges);
    };
    life.previewed = await seen(wanted, (await stack.preview()).changeSummary);
    life.made = await up(wanted);
    const file = join(tree({ 'stack.json': JSON.stringify(descriptors[0]) }), 'stack.json');
    doctors = await Promise.all([file, 'cm://features/features-stack'].map((place) => geneva('doctor', '--stack', place)));
    life.again = await seen(wanted, (await stack.preview()).changeSummary);
    life.widened = await up({ ...wanted, maxReplicas: 20 });
    life.other = await up({ ...wanted, image: 'ghcr.io/acme/features:2' });
    life.destroyed = await seen(wanted, (await stack.destroy()).summary.resourceChanges);
    left = resources(await stack.exportStack());
  }, 300_000);

  test('begins with a preview of all that makes none of it', () => {
    expect(life.previewed).toEqual({ changes: { create: 25 }, objects: [], clusters: {} });
  });

  test('goes on with the objects that cdk8s makes, as the API server keeps them', () => {
    expect(life.made.changes).toEqual({ create: 25 });
    const objects = manifests({ image: 'ghcr.io/acme/features:1', maxReplicas: 10 });
    expect(life.made.objects).toHaveLength(objects.length);
    // the API server does not keep what is false by default
    objects.forEach((object, i) => expect({ globalDefault: false, ...life.made.objects[i] }).toMatchObject(object));
  });

  test('has nothing to change while nothing changes', () => {
    expect(life.again.changes).toEqual({ same: 25 });
  });

  test('keeps its cluster when only the bounds of a worker group change', () => {
    expect(life.widened.clusters).toEqual(life.made.clusters);
    expect(life.widened.objects.find(({ kind }) => kind === 'RayCluster')!.spec.workerGroupSpecs[0].maxReplicas).toBe(20);
    expect(descriptors[1].workerGroups[0].maxReplicas).toBe(20);
  });

  test('has another cluster in place of the first when its content changes, and a descriptor that says which', () => {
    const [first, second] = [life.made, life.other].map(({ clusters }) => Object.keys(clusters));
    expect([first, second]).toEqual([[descriptors[0].rayCluster.name], [descriptors[2].rayCluster.name]]);
    expect(second).not.toEqual(first);
    const { data } = life.other.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'features-stack')!;
    expect(JSON.parse(data['stack.json'])).toEqual(descriptors[2]);
  });

  test('is told by the descriptor, in a file and in the cluster', () => {
    doctors.forEach((said) => expect(said).toContain('ok   stack: features with 1 job\n'));
  });

  test('ends with nothing left', () => {
    expect(life.destroyed).toEqual({ changes: { delete: 25 }, objects: [], clusters: {} });
    expect(left).toEqual([]);
  });
});

test('what only up can know is refused there, before anything of the environment is made', async () => {
  const stack = await pulumi.stack('late', async () => undefined, { KUBECONFIG: bed.kubeconfig });
  const file = join(__dirname, 'late-refused-stack.ts');
  expect(await pulumi.run('preview', file, stack)).toMatchObject({ failed: false, said: expect.stringContaining('kubernetes:ray.io/v1:RayCluster late create') });
  const { failed, said } = await pulumi.run('up', file, stack);
  expect(failed).toBe(true);
  expect(said).toMatch(/ComputeEnvironment late: one of its inputs can't be meant\.\n *rayVersion: got "2\.51\.0"(.|\n)*\[RAY-S1, docs\/rules\.md#ray-s1\]/);
  expect(resources(await stack.exportStack())).toEqual(['geneva-constructs:index:ComputeEnvironment late', 'kubernetes:core/v1:ConfigMap elsewhere']);
  expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'late' } })).toBeUndefined();
  expect(await client.get({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'late-head' } })).toBeUndefined();
}, 120_000);

/** What changes in the life of the environment. */
interface Wanted {
  readonly image: string;
  readonly maxReplicas: number;
}

async function program({ image, maxReplicas }: Wanted) {
  const { descriptor } = new ComputeEnvironment('features', {
    image,
    ...RELEASES,
    kubeRayVersion: '1.6', // the test bed's
    workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas }],
    backfills: [{ name: 'words', ...JOB }],
    roleArn: ROLE,
    karpenter: { headPool: {}, cpuPool: {}, interruptionQueue: false },
    submitters: SUBMITTERS,
  });
  return { descriptor };
}

/** The same environment by cdk8s. */
function manifests({ image, maxReplicas }: Wanted): KubeObject[] {
  const chart = new Chart(new App({ outdir: temporaryDirectory() }), 'chart');
  const twin = new Cdk8sEnvironment(chart, 'features', {
    image: RayImage.fromRegistry(image, RELEASES),
    kuberay: KubeRayVersion.V1_6,
    headPool: HeadNodePool.karpenter(),
    cloudIdentity: CloudIdentity.eksIrsa(ROLE),
  });
  twin.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas, pool: WorkerNodePool.karpenter() });
  twin.addBackfill('words', JOB);
  twin.addSubmitters(SUBMITTERS);
  return chart.toJson();
}

/** What is there at one time. */
interface Sight {
  /** What the engine did, or would do. */
  readonly changes: OpMap | undefined;
  /** The objects that are there, of those that cdk8s makes. */
  readonly objects: KubeObject[];
  /** Names and uids. */
  readonly clusters: Record<string, string>;
}

async function seen(wanted: Wanted, changes: OpMap | undefined): Promise<Sight> {
  const found = await Promise.all(manifests(wanted).map((object) => client.get(object)));
  const clusters = await client.list('ray.io/v1', 'RayCluster', 'features');
  return {
    changes,
    objects: found.filter((object) => object !== undefined),
    clusters: Object.fromEntries(clusters.map(({ metadata }) => [metadata.name, metadata.uid])),
  };
}

/** What the command line prints. */
async function geneva(...args: string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: bed.kubeconfig };
  const ended = promisify(execFile)(process.execPath, [CLI, ...args], { env });
  return (await ended.catch((failed: { stdout: string }) => failed)).stdout; // no Ray head runs, so the doctor is not content
}
