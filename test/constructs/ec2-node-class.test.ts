import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import { environment, Manifest, manifests, newChart, only } from './synthesized';
import { Ec2NodeClass, Ec2NodeClassProps, Ec2Selector, HeadNodePool, WorkerNodePool } from '../../src';
import { StrictCrd } from '../crds/strict-crd';

function nodes(props: Partial<Ec2NodeClassProps> = {}, chart: Chart = newChart()): Ec2NodeClass {
  return new Ec2NodeClass(chart, 'nodes', {
    ami: 'al2023@v20260801',
    role: 'KarpenterNodeRole-features',
    subnets: Ec2Selector.discovery('features'),
    securityGroups: Ec2Selector.discovery('features'),
    ...props,
  });
}

function spec(props: Partial<Ec2NodeClassProps> = {}): Manifest['spec'] {
  const chart = newChart();
  nodes(props, chart);
  const object = only(manifests(chart), 'EC2NodeClass');
  expect(StrictCrd.EC2_NODE_CLASS.problems(object)).toEqual([]);
  return object.spec;
}

test('a node class that is given no name has one all the same, and is found by it', () => {
  const chart = newChart();
  const { reference } = nodes({}, chart);
  expect(only(manifests(chart), 'EC2NodeClass').metadata.name).toBe(reference.name);
});

test('by default nodes are found by their tags, have room for images, and keep their credentials to themselves', () => {
  const discovery = [{ tags: { 'karpenter.sh/discovery': 'features' } }];
  expect(spec()).toEqual({
    amiSelectorTerms: [{ alias: 'al2023@v20260801' }],
    role: 'KarpenterNodeRole-features',
    subnetSelectorTerms: discovery,
    securityGroupSelectorTerms: discovery,
    blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '100Gi', volumeType: 'gp3', encrypted: true, deleteOnTermination: true } }],
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
  });
});

test('the size is that of the disk that holds images, which is the second one of Bottlerocket', () => {
  const { blockDeviceMappings } = spec({ ami: 'bottlerocket@v1.50.0', diskSize: Size.tebibytes(1), kmsKey: 'alias/disks' });
  expect(blockDeviceMappings.map(({ deviceName, ebs }: any) => [deviceName, ebs.volumeSize, ebs.kmsKeyID])).toEqual([
    ['/dev/xvda', '4Gi', 'alias/disks'],
    ['/dev/xvdb', '1024Gi', 'alias/disks'],
  ]);
});

test.each([[125, 3000], [750, 3000], [1000, 4000]])('%d MiB a second get the %d operations that EC2 wants for them', (diskThroughput, iops) => {
  expect(spec({ diskThroughput }).blockDeviceMappings[0].ebs).toMatchObject({ throughput: diskThroughput, iops });
});

test('subnets and security groups may be named one by one', () => {
  const { subnetSelectorTerms, securityGroupSelectorTerms } = spec({ subnets: Ec2Selector.byIds('subnet-1', 'subnet-2'), securityGroups: Ec2Selector.byIds('sg-1') });
  expect(subnetSelectorTerms).toEqual([{ id: 'subnet-1' }, { id: 'subnet-2' }]);
  expect(securityGroupSelectorTerms).toEqual([{ id: 'sg-1' }]);
});

test('pools for heads and for workers refer to it by its name', () => {
  const chart = newChart();
  const nodeClass = nodes({ name: 'ray' }, chart).reference;
  const env = environment({ headPool: HeadNodePool.karpenter({ nodeClass }) }, chart);
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 1, pool: WorkerNodePool.karpenter({ nodeClass, instanceFamilies: ['g6'] }) });
  const references = manifests(chart).filter(({ kind }) => kind === 'NodePool').map((pool) => pool.spec.template.spec.nodeClassRef);
  expect(references).toEqual(Array(2).fill({ group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'ray' }));
});

test('two of them have names of their own', () => {
  const chart = newChart();
  const others = new Chart(chart, 'others');
  expect(nodes({}, others).reference.name).not.toBe(nodes({}, chart).reference.name);
});

test.each([
  [{ ami: 'al2023' }, /nodes: ami: got "al2023", expected FAMILY@VERSION/],
  [{ ami: 'windows2022@latest' }, /ami: got "windows2022@latest"/],
  [{ role: 'arn:aws:iam::123456789012:role/nodes' }, /role: got "arn:.*the name of an IAM role/],
  [{ role: '' }, /role: got ""/],
  [{ name: 'Ray_Nodes' }, /name: got "Ray_Nodes", expected at most 63 /],
  [{ subnets: Ec2Selector.byIds('sg-1') }, /subnets: got \["sg-1"\], expected ids of the form \^subnet-/],
  [{ securityGroups: Ec2Selector.byIds('subnet-1') }, /securityGroups: got \["subnet-1"\]/],
  [{ diskSize: Size.mebibytes(1500) }, /diskSize: got "1.46484375 GiB", expected whole GiB/],
  [{ diskSize: Size.tebibytes(17) }, /diskSize: got "17408 GiB"/],
  [{ diskThroughput: 100 }, /diskThroughput: got 100, expected whole MiB a second, from 125 to 1000/],
])('%j is refused', (props, message) => {
  expect(() => nodes(props)).toThrow(message);
});

test('a selector of nothing, or of more than Karpenter takes, is refused', () => {
  expect(() => Ec2Selector.byIds(...Array.from({ length: 31 }, (_, i) => `subnet-${i}`))).toThrow(/ids: got .*, expected 1 to 30 ids/);
  expect(() => Ec2Selector.byTags(Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v'])))).toThrow(/expected 1 to 20 tags/);
  expect(() => Ec2Selector.byIds()).toThrow(/Ec2Selector\.byIds: ids: got \[\]/);
  expect(() => Ec2Selector.byTags({})).toThrow(/Ec2Selector\.byTags: tags: got \{\}/);
  expect(() => Ec2Selector.discovery('')).toThrow(/Ec2Selector\.discovery: clusterName: got ""/);
});

test('a patch that gives metadata away without a token is found', () => {
  const chart = newChart();
  ApiObject.of(nodes({}, chart)).addJsonPatch(JsonPatch.replace('/spec/metadataOptions/httpTokens', 'optional'));
  expect(() => manifests(chart)).toThrow(/nodes\] metadataOptions\.httpTokens: got "optional".*NODE-01/s);
});
