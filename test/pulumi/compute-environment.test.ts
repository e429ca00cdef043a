import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { App, Chart, Size } from 'cdk8s';
import { MockedEngine, notYetKnown, OIDC_PROVIDER, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { ComputeEnvironment as Cdk8sEnvironment, CloudIdentity, HeadNodePool, RayImage, WorkerNodePool } from '../../src';
import { readStackDescriptor } from '../../src/descriptor/read';
import { ComputeEnvironment, ComputeEnvironmentArgs } from '../../src/pulumi';
import { planEnvironment } from '../../src/pulumi/environment-plan';
import { StrictCrd } from '../crds/strict-crd';
import { temporaryDirectory, tree } from '../temporary-directory';

jest.setTimeout(60_000); // the modules of two providers are loaded by the first test

const ON_KUBERNETES = {
  image: 'ghcr.io/acme/features:1',
  rayVersion: '2.54.0',
  pythonVersion: '3.12',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
  backfills: [{ name: 'words', table: 's3://acme/docs.lance', column: 'words', udf: 'features.text:word_count', workerGroup: 'cpu' }],
};
const ARGS = {
  ...ON_KUBERNETES,
  eksClusterName: 'prod',
  oidcProviderArn: OIDC_PROVIDER,
  subnetIds: ['subnet-a'],
  headNodeGroup: {},
  workerNodeGroups: [{ name: 'cpu' }],
  materializedViews: [{ name: 'long', source: 's3://acme/raw.lance', destination: 's3://acme/long.lance', where: 'words > 20' }],
};

const engine = new MockedEngine();

async function create(args: ComputeEnvironmentArgs = ARGS, how = {}): Promise<ComputeEnvironment> {
  await engine.start(how);
  const environment = new ComputeEnvironment('features', args);
  await engine.settle();
  return environment;
}

/** The objects of Kubernetes that were registered, as manifests. */
function objects(): any[] {
  return engine.registered.filter(({ type }) => type.startsWith('kubernetes:')).map(({ inputs }) => JSON.parse(JSON.stringify(inputs)));
}

test('every child is the child of the component, or of one of its parts', async () => {
  await create();
  expect(engine.urns().map((urn) => urn.split('::')[2]).filter((type) => !type.includes('$'))).toEqual(['geneva-constructs:index:ComputeEnvironment']);
  const own = /^geneva-constructs:index:ComputeEnvironment\$/;
  const direct = engine.children().filter((child) => own.test(child)).map((child) => child.replace(own, ''));
  expect(direct).toEqual([
    'geneva-constructs:index:HeadNodeGroup features-head',
    'geneva-constructs:index:RayCluster features',
    'geneva-constructs:index:WorkerNodeGroup features-cpu',
    'geneva-constructs:index:WorkloadIdentity features',
    'kubernetes:core/v1:ConfigMap features-stack',
    'kubernetes:core/v1:Namespace features',
    'kubernetes:core/v1:ServiceAccount features',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-api-server',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-dashboard',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-default-deny',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-dns',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-object-store',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-ray-internal',
    'kubernetes:rbac.authorization.k8s.io/v1:Role features-ray',
    'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding features-ray',
  ]);
});

test('it is the environment that cdk8s makes, object by object', async () => {
  const roleArn = 'arn:aws:iam::123456789012:role/features';
  await create({
    ...ON_KUBERNETES,
    roleArn,
    karpenter: { headPool: {}, cpuPool: {}, interruptionQueue: false },
    submitters: { groups: ['data-scientists'], users: ['ada'], portForward: true, apiServerCidrs: ['10.0.0.0/16'] },
  });
  const chart = new Chart(new App(), 'chart');
  const environment = new Cdk8sEnvironment(chart, 'features', {
    image: RayImage.fromRegistry(ON_KUBERNETES.image, { rayVersion: ON_KUBERNETES.rayVersion, pythonVersion: ON_KUBERNETES.pythonVersion }),
    headPool: HeadNodePool.karpenter(),
    cloudIdentity: CloudIdentity.eksIrsa(roleArn),
  });
  environment.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool: WorkerNodePool.karpenter() });
  environment.addBackfill('words', { table: 's3://acme/docs.lance', column: 'words', udf: 'features.text:word_count', workerGroup: 'cpu' });
  environment.addSubmitters({ groups: ['data-scientists'], users: ['ada'], portForward: true, apiServerCidrs: ['10.0.0.0/16'] });
  expect(byName(objects())).toEqual(byName(chart.toJson()));
});

test('the cluster is one that the CRD knows, made when all that it needs is there', async () => {
  await create({ ...ARGS, kubeRayChart: '1.7.0' });
  const cluster = engine.one('kubernetes:ray.io/v1:RayCluster');
  expect(StrictCrd.RAY_CLUSTER.problems(JSON.parse(JSON.stringify(cluster.inputs)))).toEqual([]);
  expect(engine.one('kubernetes:helm.sh/v3:Release').inputs).toMatchObject({ chart: 'kuberay-operator', version: '1.7.0', namespace: 'kuberay-system', createNamespace: true });
  expect(engine.dependencies({ type: 'geneva-constructs:index:RayCluster', name: 'features' })).toEqual(expect.arrayContaining([
    'kubernetes:helm.sh/v3:Release features-kuberay-operator',
    'kubernetes:core/v1:Namespace features',
    'kubernetes:core/v1:ServiceAccount features',
    'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding features-ray',
    'kubernetes:networking.k8s.io/v1:NetworkPolicy features-default-deny',
    'aws:eks/nodeGroup:NodeGroup features-head',
    'aws:iam/rolePolicy:RolePolicy features-pods',
  ]));
});

test('pods are the role, with rights to the tables of the jobs alone', async () => {
  const environment = await create({ ...ARGS, tables: ['s3://acme/more'] });
  const roleArn = 'arn:aws:iam::123456789012:role/features-pods-1a2b3c';
  expect(await valueOf(environment.roleArn)).toBe(roleArn);
  expect(engine.one('kubernetes:core/v1:ServiceAccount').inputs.metadata).toMatchObject({ name: 'geneva-service-account', annotations: { 'eks.amazonaws.com/role-arn': roleArn } });
  const { Statement: [read, write] } = JSON.parse(engine.one('aws:iam/rolePolicy:RolePolicy').inputs.policy);
  expect([read.Resource, write.Resource]).toEqual([
    ['arn:aws:s3:::acme/raw.lance/*'],
    ['arn:aws:s3:::acme/docs.lance/*', 'arn:aws:s3:::acme/long.lance/*', 'arn:aws:s3:::acme/more/*'],
  ]);
});

test('with Pod Identity the account bears no annotation, and the way to the agent is open', async () => {
  const { oidcProviderArn: _provider, ...args } = ARGS;
  await create({ ...args, podIdentity: true });
  expect(engine.one('kubernetes:core/v1:ServiceAccount').inputs.metadata.annotations).toEqual({});
  expect(engine.one('aws:eks/podIdentityAssociation:PodIdentityAssociation').inputs).toMatchObject({ namespace: 'features', serviceAccount: 'geneva-service-account' });
  expect(engine.named('kubernetes:networking.k8s.io/v1:NetworkPolicy', 'features-identity').inputs.spec.egress).toHaveLength(2);
});

test('workers go to the nodes that are made for them', async () => {
  await create({ ...ARGS, headNodeGroup: { labelValue: 'steady' }, workerNodeGroups: [{ name: 'cpu', labelValue: 'batch' }] });
  const { headGroupSpec, workerGroupSpecs } = engine.one('kubernetes:ray.io/v1:RayCluster').inputs.spec;
  expect(headGroupSpec.template.spec.nodeSelector).toEqual({ 'geneva.lancedb.com/ray-head': 'steady' });
  expect(workerGroupSpecs[0].template.spec.nodeSelector).toEqual({ 'geneva.lancedb.com/ray-worker-cpu': 'batch' });
});

test('the descriptor is one that geneva-stack reads, in the ConfigMap as in the output', async () => {
  const environment = await create();
  const text = await valueOf(environment.descriptor);
  const { metadata, data } = engine.one('kubernetes:core/v1:ConfigMap').inputs;
  expect(data).toEqual({ 'stack.json': text });
  expect(metadata).toEqual({ name: 'features-stack', namespace: 'features', labels: { 'geneva-constructs/stack-descriptor': 'v1' } });
  const stack = readStackDescriptor(text, 'the output');
  expect(stack.jobs.map(({ name }) => name)).toEqual(['words', 'long']);
  expect(stack.rayCluster.name).toBe(await valueOf(environment.clusterName));
  expect(await valueOf(environment.submitCommand)).toBe('geneva-stack submit words --target cluster --stack cm://features/features-stack');
});

test('people of AWS are let in by a group that may submit, and no more', async () => {
  await create({ ...ARGS, submitters: { principalArns: ['arn:aws:iam::123456789012:role/data-scientists'] } });
  expect(engine.one('aws:eks/accessEntry:AccessEntry').inputs.kubernetesGroups).toEqual(['features-submitters']);
  expect(engine.named('kubernetes:rbac.authorization.k8s.io/v1:RoleBinding', 'features-submit').inputs).toMatchObject({
    metadata: { name: 'features-submit', namespace: 'features' },
    roleRef: { kind: 'Role', name: 'features-submit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'features-submitters' }],
  });
});

describe('with code', () => {
  const workspaceRoots = [{ path: tree({ 'features/text.py': 'def word_count(body: str) -> int:\n    return len(body.split())\n' }) }];

  test('up publishes it into the store, before the descriptor tells of it', async () => {
    const folder = join(temporaryDirectory(), 'store');
    const environment = await create({ ...ARGS, workspaceRoots, bundleStore: `file://${folder}/` });
    const digest = await valueOf(environment.bundleDigest);
    expect(readdirSync(join(folder, 'manifests'))).toEqual([`${digest}.json`]);
    expect(readStackDescriptor(await valueOf(environment.descriptor), 'the output').bundle).toEqual({ digest, store: `file://${folder}/` });
    expect(engine.registered.filter(({ type }) => type.startsWith('aws:s3/'))).toEqual([]);
  });

  test('a preview publishes nothing, and says the digest', async () => {
    const folder = join(temporaryDirectory(), 'store');
    const environment = await create({ ...ARGS, workspaceRoots, bundleStore: `file://${folder}/` }, { preview: true });
    expect(await valueOf(environment.bundleDigest)).toMatch(/^[0-9a-f]{64}$/);
    expect(existsSync(folder)).toBe(false);
  });

  test('a bucket is made when there is no store, and pods may read bundles with its key', async () => {
    const environment = await create({ ...ARGS, workspaceRoots, bucket: { bucketName: 'acme-features' } }, { preview: true });
    expect(engine.one('aws:s3/bucket:Bucket').inputs.bucket).toBe('acme-features');
    expect(await (environment.bundleStore as any).isKnown).toBe(false);
    expect(engine.one('kubernetes:core/v1:ConfigMap').inputs.metadata.name).toBe('features-stack');
  });
});

test('a preview shows everything although the image is not built yet', async () => {
  await engine.start({ preview: true });
  new ComputeEnvironment('features', { ...ARGS, image: notYetKnown() });
  await engine.settle();
  expect(engine.all('kubernetes:ray.io/v1:RayCluster')).toHaveLength(1);
  expect(engine.all('kubernetes:core/v1:ConfigMap')).toHaveLength(1);
});

describe('what can not be meant', () => {
  const plan = (args: object, code = {}) => () => planEnvironment('features', { ...ARGS, ...args }, code);
  const rules = (args: object) => refusals(plan(args)).map(({ propertyPath, reason }) => `${propertyPath} ${/\[([A-Z]+-[A-Z]?\d+)/.exec(reason)?.[1]}`);

  test('is told by the rules of cdk8s, by the paths of the whole', () => {
    expect(rules({ workerGroups: [{ ...ARGS.workerGroups[0], minReplicas: 20 }] })).toEqual([expect.stringMatching(/^workerGroups\[0\] RAY-/)]);
    expect(rules({ backfills: [{ ...ARGS.backfills[0], workerGroup: 'gpu' }] })).toEqual(['backfills[0].workerGroup JOB-01']);
    expect(rules({ backfills: [{ ...ARGS.backfills[0], memoryGiBPerWorker: 64 }] })).toEqual(['backfills[0].memoryGiBPerWorker JOB-02']);
    expect(rules({ materializedViews: [{ name: 'loop', source: 's3://acme/a', destination: 's3://acme/a' }] })).toEqual(['materializedViews[0].source JOB-10']);
    expect(rules({ pythonVersion: '3.9' })).toEqual([expect.stringMatching(/^pythonVersion /)]);
    expect(rules({ headNodeGroup: { capacityType: 'SPOT' } })).toEqual(['headNodeGroup.capacityType HEAD-01']);
    expect(rules({ karpenter: { headPool: { capacityTypes: ['spot'] } } })).toEqual(['karpenter.headPool.capacityTypes HEAD-01']);
  });

  test('includes views that are one table, and a column that a view would have twice', () => {
    const view = { source: 's3://acme/a', destination: 's3://acme/b' };
    expect(rules({ materializedViews: [{ ...view, name: 'one' }, { ...view, name: 'two' }] })).toEqual(['materializedViews[1].destination JOB-14']);
    expect(refusedBy(plan({ materializedViews: [{ ...view, name: 'one', select: ['a', 'a'] }] }))).toEqual(['materializedViews[0].columns']);
  });

  test('includes worker groups without a pool', () => {
    const gpu = { name: 'gpu', cpu: 4, memoryGiB: 16, gpus: 1, maxReplicas: 1 };
    expect(refusals(plan({ workerGroups: [...ARGS.workerGroups, gpu] }))).toEqual([{
      propertyPath: 'workerGroups[1]',
      reason: 'got no pool for group "gpu", expected one for workers of kind "gpu". Fix: karpenter.gpuPool, or a workerNodeGroup of kind "gpu"',
    }]);
    expect(refusedBy(plan({ workerGroups: [{ ...ARGS.workerGroups[0], nodeLabelValue: 'other' }] }))).toEqual(['workerGroups[0]']);
    expect(refusedBy(plan({ workerGroups: [...ARGS.workerGroups, gpu], workerNodeGroups: undefined }))).toEqual([]);
  });

  test('includes node groups without a cluster or subnets, and heads that may be away', () => {
    expect(refusedBy(plan({ eksClusterName: undefined, subnetIds: [] }))).toEqual(['eksClusterName', 'subnetIds']);
    expect(refusedBy(plan({ headNodeGroup: { minSize: 0 } }))).toEqual(['headNodeGroup.minSize']);
  });

  test('includes a cluster without an OIDC provider, and tables among bundles', () => {
    expect(refusedBy(plan({ oidcProviderArn: undefined }))).toEqual(['oidcProviderArn']);
    expect(refusedBy(plan({ workspaceRoots: [{ path: '.' }], bundleStore: 's3://acme/docs.lance/code/' }))).toEqual(['backfills[0].table']);
    expect(refusedBy(plan({ tables: ['/mnt/tables', 's3://acme'] }))).toEqual(['tables[0]', 'tables[1]']);
  });

  test('includes a bucket that can not be', () => {
    expect(refusedBy(plan({ bucket: { bucketName: 'Acme', tablePrefixes: ['bundles/x'] } }))).toEqual(['bucket.bucketName', 'bucket.bundlePrefix']);
    expect(refusedBy(plan({ bundleStore: 's3://acme-bundles/', bucket: {} }))).toEqual(['bundleStore', 'bucket']);
  });

  test('includes jobs, all at once', () => {
    const backfills = [{ name: 'No Name', table: 'docs.lance', udf: 'word_count', batchRows: 0 }, ARGS.backfills[0], ARGS.backfills[0]];
    expect(refusedBy(plan({ backfills }))).toEqual([
      'backfills[0].name', 'backfills[0].batchRows', 'backfills[2].name', 'backfills[0].table', 'backfills[0].udf', 'backfills[0].column',
    ]);
  });

  test('includes code for another Python, a role for an account from elsewhere, and submitters who are nobody', () => {
    expect(refusedBy(plan({ workspaceRoots: [{ path: '.' }] }, { pythonVersion: '3.11' }))).toEqual(['workspaceRoots']);
    expect(refusedBy(plan({ roleArn: 'arn:aws:iam::123456789012:role/ours', serviceAccountName: 'theirs' }))).toEqual(['roleArn']);
    expect(refusedBy(plan({ submitters: {} }))).toEqual(['submitters']);
    expect(refusedBy(plan({ namespace: 'Features' }))).toEqual(['namespace']);
    expect(refusedBy(plan({ namespace: '2025-ml' }))).toEqual([]);
  });

  test('does not include what there is by default', () => {
    expect(refusedBy(plan({}))).toEqual([]);
  });
});

/** Manifests by kind and name. */
function byName(manifests: any[]): Record<string, any> {
  return Object.fromEntries(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, withoutEmpty(manifest)]).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without what says nothing, and without what Pulumi is told for itself. */
function withoutEmpty(manifest: any): any {
  const { annotations = {}, labels, ...metadata } = manifest.metadata;
  const { 'pulumi.com/skipAwait': _skip, ...others } = annotations;
  return { ...manifest, metadata: { ...metadata, annotations: others, labels: labels ?? {} } };
}
