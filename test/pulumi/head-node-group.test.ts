import { MockedEngine, notYetKnown, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { HeadNodeGroup, HeadNodeGroupArgs } from '../../src/pulumi';
import { planHeadNodeGroup } from '../../src/pulumi/head-node-group-plan';

const ARGS = { clusterName: 'prod', subnetIds: ['subnet-a', 'subnet-b'] };
const GROUP = 'aws:eks/nodeGroup:NodeGroup';

const engine = new MockedEngine();

async function create(args: HeadNodeGroupArgs = ARGS): Promise<HeadNodeGroup> {
  return engine.made(() => new HeadNodeGroup('heads', args));
}

test('every child is the child of the component', async () => {
  await create();
  expect(engine.children()).toEqual([
    'geneva-constructs:index:HeadNodeGroup$aws:ec2/launchTemplate:LaunchTemplate heads',
    'geneva-constructs:index:HeadNodeGroup$aws:eks/nodeGroup:NodeGroup heads',
    'geneva-constructs:index:HeadNodeGroup$aws:iam/role:Role heads-node',
    'geneva-constructs:index:HeadNodeGroup$aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-cni',
    'geneva-constructs:index:HeadNodeGroup$aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-pull',
    'geneva-constructs:index:HeadNodeGroup$aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-worker',
  ]);
});

test('nodes are on demand, always up, and kept for heads by label and taint', async () => {
  const group = await create();
  expect(engine.one(GROUP).inputs).toEqual({
    clusterName: 'prod',
    nodeRoleArn: 'arn:aws:iam::123456789012:role/heads-node-1a2b3c',
    subnetIds: ['subnet-a', 'subnet-b'],
    instanceTypes: ['m7i.2xlarge', 'm7a.2xlarge', 'm6i.2xlarge'],
    amiType: 'AL2023_x86_64_STANDARD',
    capacityType: 'ON_DEMAND',
    labels: { 'geneva.lancedb.com/ray-head': 'true' },
    taints: [{ key: 'geneva.lancedb.com/ray-head', value: 'true', effect: 'NO_SCHEDULE' }],
    scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 1 },
    launchTemplate: { id: 'heads-id', version: '1' },
    updateConfig: { maxUnavailable: 1 },
    nodeRepairConfig: { enabled: true },
    tags: {},
  });
  expect(await valueOf(group.nodeGroupName)).toBe('heads-1a2b3c');
});

test('what the cluster autoscaler writes is left to it', async () => {
  await create();
  expect(engine.told(GROUP, 'heads').ignoreChanges).toEqual(['scalingConfig.desiredSize']);
});

test('metadata is for the node alone, against a token, and disks are encrypted', async () => {
  await create({ ...ARGS, diskGiB: 200, diskKmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/disks', tags: { team: 'features' } });
  expect(engine.one('aws:ec2/launchTemplate:LaunchTemplate').inputs).toEqual({
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [{
      deviceName: '/dev/xvda',
      ebs: { volumeSize: 200, volumeType: 'gp3', encrypted: 'true', deleteOnTermination: 'true', kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/disks' },
    }],
    tagSpecifications: [{ resourceType: 'instance', tags: { team: 'features' } }, { resourceType: 'volume', tags: { team: 'features' } }],
    tags: { team: 'features' },
  });
});

test('both disks of Bottlerocket are encrypted', async () => {
  await create({ ...ARGS, amiType: 'BOTTLEROCKET_x86_64' });
  const { blockDeviceMappings } = engine.one('aws:ec2/launchTemplate:LaunchTemplate').inputs;
  expect(blockDeviceMappings.map(({ deviceName, ebs }: any) => [deviceName, ebs.volumeSize, ebs.encrypted])).toEqual([['/dev/xvda', 4, 'true'], ['/dev/xvdb', 100, 'true']]);
});

test('nodes start when their role may do what they need', async () => {
  await create();
  expect(engine.dependencies({ type: GROUP, name: 'heads' })).toEqual(expect.arrayContaining([
    'aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-cni',
    'aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-pull',
    'aws:iam/rolePolicyAttachment:RolePolicyAttachment heads-node-worker',
  ]));
  const attached = engine.all('aws:iam/rolePolicyAttachment:RolePolicyAttachment').map(({ inputs }) => inputs.policyArn.replace('arn:aws:iam::aws:policy/', ''));
  expect(attached.sort()).toEqual(['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy']);
  expect(JSON.parse(engine.one('aws:iam/role:Role').inputs.assumeRolePolicy).Statement).toEqual([{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: ['sts:AssumeRole'] }]);
});

test('a preview shows the group although its cluster is not there yet', async () => {
  await engine.start({ preview: true });
  new HeadNodeGroup('heads', { ...ARGS, clusterName: notYetKnown() });
  await engine.settle();
  expect(engine.all(GROUP)).toHaveLength(1);
});

describe('what can not be meant', () => {
  const plan = (args: object) => () => planHeadNodeGroup('heads', { ...ARGS, ...args });

  test('includes spot nodes, by the rule of all pools for heads', () => {
    const [{ propertyPath, reason }] = refusals(plan({ capacityType: 'SPOT' }));
    expect([propertyPath, reason]).toEqual(['capacityType', expect.stringContaining('[HEAD-01, docs/rules.md#head-01]')]);
  });

  test('includes a group that may be empty', () => {
    expect(refusals(plan({ minSize: 0 }))).toEqual([{ propertyPath: 'minSize', reason: 'got 0, expected a whole number, at least 1' }]);
  });

  test('is told all at once', () => {
    expect(refusedBy(plan({ subnetIds: [], instanceTypes: [], amiType: 'WINDOWS_CORE_2022_x86_64', labelValue: 'no spaces', minSize: 3, maxSize: 2, diskGiB: 0.5 })))
      .toEqual(['subnetIds', 'instanceTypes', 'amiType', 'labelValue', 'maxSize', 'diskGiB']);
  });

  test('does not include the defaults', () => {
    expect(refusedBy(plan({}))).toEqual([]);
  });
});
