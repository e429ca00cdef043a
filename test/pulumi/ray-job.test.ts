import { App, Chart, Duration, Size } from 'cdk8s';
import { MockedEngine, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { HeadNodePool, RayImage, RayJob as Cdk8sJob } from '../../src';
import { RayJob, RayJobArgs } from '../../src/pulumi';
import { planRayJob } from '../../src/pulumi/ray-job-plan';
import { StrictCrd } from '../crds/strict-crd';

const ARGS = {
  namespace: 'ml',
  image: 'ghcr.io/acme/train:1',
  rayVersion: '2.54.0',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 4 }],
  command: ['python', '-m', 'features.train'],
};
const JOB = 'kubernetes:ray.io/v1:RayJob';

const engine = new MockedEngine();

async function create(args: RayJobArgs = ARGS): Promise<RayJob> {
  return engine.made(() => new RayJob('train', args));
}

test('every child is the child of the component', async () => {
  await create();
  const policies = ['api-server', 'dashboard', 'default-deny', 'dns', 'object-store', 'ray-internal', 'submitter', 'submitter-to-head'];
  expect(engine.children()).toEqual([
    ...policies.map((policy) => `kubernetes:networking.k8s.io/v1:NetworkPolicy train-${policy}`),
    'kubernetes:policy/v1:PodDisruptionBudget train-head',
    'kubernetes:ray.io/v1:RayJob train',
    'kubernetes:scheduling.k8s.io/v1:PriorityClass train-head',
  ].map((child) => `geneva-constructs:index:RayJob$${child}`));
});

test('the job is one that the CRD knows, named by its content, made when its guards are there', async () => {
  const job = await create();
  const made = engine.one(JOB);
  expect(StrictCrd.RAY_JOB.problems(JSON.parse(JSON.stringify(made.inputs)))).toEqual([]);
  expect(await valueOf(job.jobName)).toMatch(/^train-[0-9a-f]{8}$/);
  expect(engine.dependencies(made)).toEqual(expect.arrayContaining(['kubernetes:policy/v1:PodDisruptionBudget train-head', 'kubernetes:networking.k8s.io/v1:NetworkPolicy train-default-deny']));
});

test('it is the job that cdk8s makes', async () => {
  await create({ ...ARGS, environmentVariables: { EPOCHS: '3' }, timeLimitSeconds: 600, retries: 2 });
  const chart = new Chart(new App(), 'chart');
  const job = new Cdk8sJob(chart, 'train', {
    namespaceName: 'ml',
    image: RayImage.fromRegistry(ARGS.image, { rayVersion: ARGS.rayVersion, pythonVersion: '3.12' }),
    headPool: HeadNodePool.fromLabelledNodes(),
    command: ARGS.command,
    environmentVariables: { EPOCHS: '3' },
    timeLimit: Duration.minutes(10),
    retries: 2,
  });
  job.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 4 });
  const specs = (manifests: any[]) => Object.fromEntries(manifests.map(({ kind, metadata, ...rest }) => [`${kind} ${kind === 'RayJob' ? '' : metadata.name}`, rest]));
  const registered = engine.registered.filter(({ type }) => type.startsWith('kubernetes:')).map(({ inputs }) => JSON.parse(JSON.stringify(inputs)));
  expect(specs(registered)).toEqual(specs(chart.toJson()));
});

test('other content is another job', () => {
  expect(planRayJob('train', ARGS).name).not.toBe(planRayJob('train', { ...ARGS, command: ['python', 'other.py'] }).name);
});

test('it can be isolated by other means', async () => {
  await create({ ...ARGS, networkIsolation: false });
  expect(engine.all('kubernetes:networking.k8s.io/v1:NetworkPolicy')).toEqual([]);
});

test('what can not be meant is told by input', () => {
  const plan = (args: object) => () => planRayJob('train', { ...ARGS, ...args });
  expect(refusedBy(plan({ command: [], timeLimitSeconds: 0, startLimitSeconds: 0.5, keepFinishedSeconds: -1, retries: -1 })))
    .toEqual(['command', 'timeLimitSeconds', 'startLimitSeconds', 'keepFinishedSeconds', 'retries']);
  const [{ propertyPath, reason }] = refusals(plan({ command: ['echo', '$HOME'] }));
  expect([propertyPath, reason]).toEqual(['command', expect.stringContaining('[JOB-J18,')]);
  expect(refusedBy(plan({ rayVersion: '2.51.0' }))).toEqual(['rayVersion']);
  expect(refusedBy(plan({}))).toEqual([]);
});
