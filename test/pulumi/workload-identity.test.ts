import { MockedEngine, notYetKnown, OIDC_PROVIDER, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { WorkloadIdentity, WorkloadIdentityArgs } from '../../src/pulumi';
import { planIdentity } from '../../src/pulumi/identity-plan';
import { eksCluster, PolicyStatement } from '../../src/spec/iam-policies';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/tables';
const ARGS = {
  clusterName: 'prod',
  namespace: 'features',
  oidcProviderArn: OIDC_PROVIDER,
  tables: ['s3://acme/images.lance'],
  sources: ['s3://acme/raw/docs.lance'],
  bundleStore: 's3://acme-bundles/features/',
  kmsKeyArns: [KEY],
};
const { oidcProviderArn: _provider, ...BY_POD_IDENTITY } = { ...ARGS, podIdentity: true };
const PEOPLE = { submitterPrincipalArns: ['arn:aws:iam::123456789012:role/data-scientists'] };

const engine = new MockedEngine();

async function create(args: WorkloadIdentityArgs = ARGS): Promise<WorkloadIdentity> {
  return engine.made(() => new WorkloadIdentity('access', args));
}

function statements(type: string, name: string, field: string): PolicyStatement[] {
  return JSON.parse(engine.named(type, name).inputs[field]).Statement;
}

const trust = (role: string) => statements('aws:iam/role:Role', role, 'assumeRolePolicy');
const rights = (role: string) => statements('aws:iam/rolePolicy:RolePolicy', role, 'policy');

test('every child is the child of the component', async () => {
  await create({ ...BY_POD_IDENTITY, ...PEOPLE });
  expect(engine.children()).toEqual([
    'aws:eks/accessEntry:AccessEntry access-submitter',
    'aws:eks/podIdentityAssociation:PodIdentityAssociation access',
    'aws:iam/role:Role access-pods',
    'aws:iam/role:Role access-submitter',
    'aws:iam/rolePolicy:RolePolicy access-pods',
    'aws:iam/rolePolicy:RolePolicy access-submitter',
  ].map((child) => `geneva-constructs:index:WorkloadIdentity$${child}`));
});

test('one service account of one namespace may be the role, by IRSA', async () => {
  const identity = await create();
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE';
  expect(trust('access-pods')).toEqual([{
    Effect: 'Allow',
    Principal: { Federated: OIDC_PROVIDER },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: 'system:serviceaccount:features:geneva-service-account' } },
  }]);
  expect(engine.all('aws:eks/podIdentityAssociation:PodIdentityAssociation')).toEqual([]);
  expect(await valueOf(identity.roleArn)).toBe('arn:aws:iam::123456789012:role/access-pods-1a2b3c');
});

test('one service account of one namespace of one cluster may be the role, by Pod Identity', async () => {
  await create({ ...BY_POD_IDENTITY, serviceAccountName: 'workers' });
  expect(trust('access-pods')).toEqual([{
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
        'aws:RequestTag/kubernetes-namespace': 'features',
        'aws:RequestTag/kubernetes-service-account': 'workers',
      },
    },
  }]);
  expect(engine.one('aws:eks/podIdentityAssociation:PodIdentityAssociation').inputs).toEqual({
    clusterName: 'prod', namespace: 'features', serviceAccount: 'workers', roleArn: 'arn:aws:iam::123456789012:role/access-pods-1a2b3c',
  });
});

test('pods read bundles and sources, write tables, and nothing else', async () => {
  await create();
  expect(rights('access-pods')).toEqual([
    { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::acme/raw/docs.lance/*', 'arn:aws:s3:::acme-bundles/features/*'] },
    {
      Sid: 'Write',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:DeleteObject'],
      Resource: ['arn:aws:s3:::acme/images.lance/*'],
    },
    {
      Sid: 'List0',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:aws:s3:::acme'],
      Condition: { StringLike: { 's3:prefix': ['raw/docs.lance', 'raw/docs.lance/*', 'images.lance', 'images.lance/*'] } },
    },
    { Sid: 'List1', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::acme-bundles'], Condition: { StringLike: { 's3:prefix': ['features', 'features/*'] } } },
    {
      Sid: 'UseKeys',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [KEY],
      Condition: { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 's3.*.amazonaws.com.cn'] } },
    },
  ]);
});

test('submitters find the cluster and add bundles, and delete none', async () => {
  await create({ ...ARGS, ...PEOPLE });
  expect(trust('access-submitter')).toEqual([{ Effect: 'Allow', Principal: { AWS: PEOPLE.submitterPrincipalArns }, Action: ['sts:AssumeRole'] }]);
  expect(rights('access-submitter')).toEqual([
    { Sid: 'FindTheCluster', Effect: 'Allow', Action: ['eks:DescribeCluster'], Resource: ['arn:aws:eks:eu-west-1:123456789012:cluster/prod'] },
    { Sid: 'Add', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], Resource: ['arn:aws:s3:::acme-bundles/features/*'] },
    { Sid: 'List0', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::acme-bundles'], Condition: { StringLike: { 's3:prefix': ['features', 'features/*'] } } },
    expect.objectContaining({ Sid: 'UseKeys', Resource: [KEY] }),
  ]);
});

test('in the cluster, submitters are in a group and get no access policy of EKS', async () => {
  const identity = await create({ ...ARGS, ...PEOPLE });
  expect(engine.one('aws:eks/accessEntry:AccessEntry').inputs).toEqual({
    clusterName: 'prod', principalArn: 'arn:aws:iam::123456789012:role/access-submitter-1a2b3c', type: 'STANDARD', kubernetesGroups: ['features-submitters'],
  });
  expect(engine.registered.filter(({ type }) => type.includes('accessPolicyAssociation'))).toEqual([]);
  expect(await valueOf(identity.submitterGroup)).toBe('features-submitters');
});

test.each(['aws', 'aws-cn', 'aws-us-gov'])('no right in the partition %s is wider than it has to be', (partition) => {
  const provider = OIDC_PROVIDER.replace('aws', partition);
  const cluster = eksCluster(`arn:${partition}:eks:eu-west-1:123456789012:cluster/prod`);
  const plan = planIdentity('access', { ...ARGS, ...PEOPLE, oidcProviderArn: provider }, { cluster, issuer: undefined });
  const all = [plan.policy, plan.submitterPolicy, plan.trust, plan.submitterTrust].flatMap((text) => JSON.parse(text).Statement as PolicyStatement[]);
  for (const { Effect, Action, Resource = [], Principal } of all) {
    expect(Effect).toBe('Allow');
    expect(Principal).not.toBe('*');
    expect(Action.filter((action) => action.includes('*') || action === 's3:HeadObject')).toEqual([]);
    expect(Resource.filter((arn) => !arn.startsWith(`arn:${partition}:`) && arn !== KEY)).toEqual([]);
    expect(Resource.filter((arn) => /:\*$|:::\*|:::[^/]+\/\*$/.test(arn))).toEqual([]);
  }
});

test('a preview shows the role although its cluster is not there yet', async () => {
  await engine.start({ preview: true });
  new WorkloadIdentity('access', { ...ARGS, clusterName: notYetKnown(), oidcProviderArn: notYetKnown() });
  await engine.settle();
  expect(engine.all('aws:iam/role:Role')).toHaveLength(1);
});

describe('what can not be meant', () => {
  const facts = { cluster: eksCluster('arn:aws:eks:eu-west-1:123456789012:cluster/prod'), issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE' };
  const plan = (args: object) => () => planIdentity('access', { ...ARGS, ...args }, facts);

  test('includes IRSA without an OIDC provider, and with that of another cluster', () => {
    expect(refusals(plan({ oidcProviderArn: undefined }))).toEqual([{
      propertyPath: 'oidcProviderArn',
      reason: 'got nothing, expected the OIDC provider of cluster prod in IAM. '
        + 'Fix: make an aws.iam.OpenIdConnectProvider of its issuer, https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE, or podIdentity: true',
    }]);
    expect(refusals(plan({ oidcProviderArn: OIDC_PROVIDER.replace('EXAMPLE', 'OTHER') }))[0].reason).toContain('expected that of cluster prod');
    expect(refusedBy(plan({ oidcProviderArn: 'https://oidc.eks' }))).toEqual(['oidcProviderArn']);
    expect(refusedBy(plan({ podIdentity: true }))).toEqual(['oidcProviderArn']);
  });

  test('includes tables that lie with the bundles: who writes tables must not write code', () => {
    expect(refusedBy(plan({ tables: ['s3://acme-bundles/features/docs.lance'] }))).toEqual(['tables[0]']);
    expect(refusedBy(plan({ bundleStore: 's3://acme/', kmsKeyArns: [] }))).toEqual(['tables[0]', 'sources[0]']);
  });

  test('includes all of a bucket, and what is no place in S3', () => {
    expect(refusedBy(plan({ tables: ['s3://acme', '/mnt/tables'], sources: ['gs://acme/docs'], bundleStore: 'file:///srv' }))).toEqual(['tables[0]', 'tables[1]', 'sources[0]', 'bundleStore']);
  });

  test('includes a role for nothing', () => {
    expect(refusedBy(plan({ tables: [], sources: undefined, bundleStore: undefined }))).toEqual(['tables']);
  });

  test('includes anybody, aliases of keys and groups that EKS keeps', () => {
    expect(refusedBy(plan({ submitterPrincipalArns: ['*'], kmsKeyArns: ['alias/acme'], submitterGroup: 'system:masters' }))).toEqual(['kmsKeyArns[0]', 'submitterPrincipalArns[0]', 'submitterGroup']);
    expect(refusedBy(plan({ submitterPrincipalArns: [] }))).toEqual(['submitterPrincipalArns']);
  });
});
