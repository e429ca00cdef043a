import { eksCluster, irsaTrust, podIdentityTrust, policyText, principalTrust, serviceTrust } from '../../src/spec/iam-policies';

const PODS = { namespace: 'features', serviceAccount: 'workers' };

test('a cluster is read from its ARN, in every partition', () => {
  const arn = 'arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/prod';
  expect(eksCluster(arn)).toEqual({ arn, partition: 'aws-us-gov', region: 'us-gov-west-1', account: '123456789012', name: 'prod' });
  expect(() => eksCluster('prod')).toThrow('EKS cluster: got ARN "prod", expected arn:aws:eks:REGION:ACCOUNT:cluster/NAME.');
});

test('the conditions of IRSA bear the issuer of the provider', () => {
  const [{ Condition }] = JSON.parse(irsaTrust('arn:aws-cn:iam::123456789012:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/A', PODS)).Statement;
  expect(Condition).toEqual({
    StringEquals: {
      'oidc.eks.cn-north-1.amazonaws.com.cn/id/A:aud': 'sts.amazonaws.com',
      'oidc.eks.cn-north-1.amazonaws.com.cn/id/A:sub': 'system:serviceaccount:features:workers',
    },
  });
});

test('trust is never in everybody', () => {
  const cluster = eksCluster('arn:aws:eks:eu-west-1:123456789012:cluster/prod');
  const all = [irsaTrust('arn:aws:iam::123456789012:oidc-provider/i', PODS), podIdentityTrust(cluster, PODS), principalTrust(['arn:aws:iam::123456789012:role/a']), serviceTrust('ec2.amazonaws.com')];
  expect(all.filter((text) => text.includes('*'))).toEqual([]);
});

test('a policy has the version that knows variables', () => {
  expect(JSON.parse(policyText())).toEqual({ Version: '2012-10-17', Statement: [] });
});
