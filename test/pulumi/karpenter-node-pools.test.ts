import { MockedEngine, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { KarpenterNodePools, KarpenterNodePoolsArgs } from '../../src/pulumi';
import { planKarpenter } from '../../src/pulumi/karpenter-plan';
import { StrictCrd } from '../crds/strict-crd';

const ARGS = {
  namespace: 'features',
  headPool: { instanceFamilies: ['m7i', 'm7a'] },
  cpuPool: {},
  gpuPool: { labelValue: 'batch' },
  workerGroups: [
    { name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 },
    { name: 'gpu', cpu: 4, memoryGiB: 16, gpus: 1, maxReplicas: 3, idleTimeoutSeconds: 300 },
  ],
};
const NODE_POOL = 'kubernetes:karpenter.sh/v1:NodePool';

const engine = new MockedEngine();

async function create(args: KarpenterNodePoolsArgs = ARGS): Promise<KarpenterNodePools> {
  return engine.made(() => new KarpenterNodePools('features', args));
}

test('every child is the child of the component', async () => {
  await create();
  const events = ['health', 'rebalance', 'reservation', 'spot', 'state'];
  expect(engine.children()).toEqual([
    ...events.map((event) => `aws:cloudwatch/eventRule:EventRule features-${event}`),
    ...events.map((event) => `aws:cloudwatch/eventTarget:EventTarget features-${event}`),
    'aws:sqs/queue:Queue features-interruption',
    'aws:sqs/queuePolicy:QueuePolicy features-interruption',
    'kubernetes:apps/v1:Deployment features-keep-warm',
    `${NODE_POOL} features-cpu`,
    `${NODE_POOL} features-gpu`,
    `${NODE_POOL} features-head`,
    'kubernetes:scheduling.k8s.io/v1:PriorityClass features-keep-warm',
  ].map((child) => `geneva-constructs:index:KarpenterNodePools$${child}`));
});

test('the pools are ones that the CRD knows, with the names that cdk8s gives them', async () => {
  await create();
  const pools = engine.all(NODE_POOL);
  pools.forEach(({ inputs }) => expect(StrictCrd.NODE_POOL.problems(JSON.parse(JSON.stringify(inputs)))).toEqual([]));
  expect(pools.map(({ inputs }) => inputs.metadata.name).sort()).toEqual(['features-head', 'features-workers-cpu', 'features-workers-gpu-batch']);
});

test('heads are on demand, workers are spot first', async () => {
  await create();
  const capacity = (name: string) => engine.named(NODE_POOL, name).inputs.spec.template.spec.requirements[0].values;
  expect(['features-head', 'features-cpu', 'features-gpu'].map(capacity)).toEqual([['on-demand'], ['spot', 'on-demand'], ['spot', 'on-demand']]);
});

test('limits have room for the groups at their maximum, and nodes outlive idle workers', async () => {
  await create();
  expect(engine.named(NODE_POOL, 'features-cpu').inputs.spec).toMatchObject({ limits: { cpu: '80' }, disruption: { consolidateAfter: '120s' } });
  expect(engine.named(NODE_POOL, 'features-gpu').inputs.spec).toMatchObject({ limits: { 'nvidia.com/gpu': '3' }, disruption: { consolidateAfter: '360s' } });
});

test('a node is kept warm that has room for a head, without waiting for it', async () => {
  await create({ ...ARGS, headCpu: 6, headMemoryGiB: 12 });
  const { metadata, spec } = engine.one('kubernetes:apps/v1:Deployment').inputs;
  expect(metadata).toEqual({ name: 'features-keep-warm', namespace: 'features', annotations: { 'pulumi.com/skipAwait': 'true' } });
  expect(spec.replicas).toBe(1);
  expect(spec.template.spec).toMatchObject({ priorityClassName: 'features-keep-warm', nodeSelector: { 'geneva.lancedb.com/ray-head': 'true' } });
  expect(spec.template.spec.containers[0].resources.requests).toEqual({ cpu: '6500m', memory: '12800Mi' });
  expect(engine.one('kubernetes:scheduling.k8s.io/v1:PriorityClass').inputs).toMatchObject({ metadata: { name: 'features-keep-warm' }, value: -5 });
});

test('a node class is made before the pools that refer to it', async () => {
  const nodeClass = { roleName: 'nodes', ami: 'al2023@v20260801', subnetIds: ['subnet-a'], securityGroupIds: ['sg-a'] };
  await create({ ...ARGS, nodeClass });
  const made = engine.one('kubernetes:karpenter.k8s.aws/v1:EC2NodeClass');
  expect(StrictCrd.EC2_NODE_CLASS.problems(JSON.parse(JSON.stringify(made.inputs)))).toEqual([]);
  expect(made.inputs.spec).toMatchObject({ metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 }, blockDeviceMappings: [{ ebs: { encrypted: true, volumeSize: '100Gi' } }] });
  for (const pool of engine.all(NODE_POOL)) {
    expect(pool.inputs.spec.template.spec.nodeClassRef).toEqual({ group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: made.inputs.metadata.name });
    expect(engine.dependencies(pool)).toContain('kubernetes:karpenter.k8s.aws/v1:EC2NodeClass features-nodes');
  }
});

test('Karpenter hears of the five events, by a queue that only their rules write to', async () => {
  const pools = await create({ namespace: 'features' });
  const patterns = engine.all('aws:cloudwatch/eventRule:EventRule').map(({ inputs }) => JSON.parse(inputs.eventPattern));
  expect(patterns).toEqual([
    { 'source': ['aws.health'], 'detail-type': ['AWS Health Event'] },
    { 'source': ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] },
    { 'source': ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] },
    { 'source': ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] },
    { 'source': ['aws.ec2'], 'detail-type': ['EC2 Capacity Reservation Instance Interruption Warning'] },
  ]);
  const queue = 'arn:aws:sqs:eu-west-1:123456789012:features-interruption-1a2b3c';
  const [allow, deny] = JSON.parse(engine.one('aws:sqs/queuePolicy:QueuePolicy').inputs.policy).Statement;
  expect(allow).toMatchObject({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['sqs:SendMessage'], Resource: [queue] });
  expect(allow.Condition.ArnEquals['aws:SourceArn']).toHaveLength(5);
  expect(deny).toMatchObject({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  expect(engine.one('aws:sqs/queue:Queue').inputs).toEqual({ messageRetentionSeconds: 300, sqsManagedSseEnabled: true });
  expect(engine.all('aws:cloudwatch/eventTarget:EventTarget').map(({ inputs }) => inputs.arn)).toEqual(Array(5).fill(queue));
  expect(await valueOf(pools.interruptionQueueName!)).toBe('features-interruption-1a2b3c');
});

test('a cluster that has such a queue needs no other', async () => {
  const pools = await create({ ...ARGS, interruptionQueue: false });
  expect(engine.registered.filter(({ type }) => type.startsWith('aws:'))).toEqual([]);
  expect(pools.interruptionQueueName).toBeUndefined();
});

describe('what can not be meant', () => {
  const plan = (args: object) => () => planKarpenter('features', { ...ARGS, ...args });

  test('is told by the rules of the cdk8s pools', () => {
    const told = (args: object) => refusals(plan(args)).map(({ propertyPath, reason }) => `${propertyPath} ${/\[([A-Z]+-\d+)/.exec(reason)?.[1]}`);
    expect(told({ headPool: { capacityTypes: ['spot', 'on-demand'] } })).toEqual(['headPool.capacityTypes HEAD-01']);
    expect(told({ headPool: { cpuLimit: 8 } })).toEqual(['headPool.cpuLimit HEAD-05']);
    expect(told({ headPool: { instanceCpus: [4] } })).toEqual(['headCpu POOL-04']);
    expect(told({ workerGroups: [] })).toEqual(['cpuPool.cpuLimit POOL-02', 'gpuPool.cpuLimit POOL-02']);
    expect(told({ cpuPool: { instanceCpus: [4] } })).toEqual(['workerGroups[0] POOL-04']);
  });

  test('is told by input, all at once', () => {
    expect(refusedBy(plan({
      headCpu: 0,
      headPool: { warmNodes: -1, architecture: 'x86' },
      cpuPool: { capacityTypes: ['cheap'], keepEmptySeconds: 0.5 },
      nodeClass: { roleName: 'nodes', ami: 'windows2022@v1', subnetIds: [], securityGroupIds: [] },
    }))).toEqual([
      'headCpu', 'headPool.architecture', 'headPool.warmNodes', 'cpuPool.capacityTypes[0]', 'cpuPool.keepEmptySeconds', 'nodeClass.ami', 'nodeClass.subnetIds', 'nodeClass.securityGroupIds',
    ]);
  });

  test('does not include the defaults', () => {
    expect(refusedBy(plan({}))).toEqual([]);
  });
});
