/**
 * Builds documents of IAM policies. Source: IAM and EKS documentation; the actions of S3 and KMS: Service Authorization Reference.
 */

/** A policy as AWS reads it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly [kind: string]: string | string[] };
  readonly Action: string[];
  readonly Resource?: string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}

/** Writes a policy down. */
export function policyText(...statements: PolicyStatement[]): string {
  const document: PolicyDocument = { Version: '2012-10-17', Statement: statements };
  return JSON.stringify(document);
}

/** Lets a service of AWS be the role. */
export function serviceTrust(service: string): string {
  return policyText({ Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole'] });
}

/** A cluster of EKS, read from its ARN. */
export interface EksCluster {
  readonly arn: string;
  /** `aws`, `aws-cn` or another. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** @throws when it is no ARN of a cluster */
export function eksCluster(arn: string): EksCluster {
  const [, partition, region, account, name] = /^arn:([a-z-]+):eks:([a-z0-9-]+):(\d{12}):cluster\/(.+)$/.exec(arn) ?? [];
  if (name === undefined) {
    throw new Error(`EKS cluster: got ARN ${JSON.stringify(arn)}, expected arn:aws:eks:REGION:ACCOUNT:cluster/NAME.`);
  }
  return { arn, partition, region, account, name };
}

/** A service account of a cluster. */
export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Lets one service account be the role, by the OIDC provider of its cluster. */
export function irsaTrust(oidcProviderArn: string, { namespace, serviceAccount }: PodIdentity): string {
  const issuer = issuerOf(oidcProviderArn);
  return policyText({
    Effect: 'Allow',
    Principal: { Federated: oidcProviderArn },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}` } },
  });
}

/** The issuer that an OIDC provider of IAM is for, without `https://`. */
export function issuerOf(oidcProviderArn: string): string {
  return oidcProviderArn.replace(/^.*:oidc-provider\//, '');
}

/** Lets one service account of one cluster be the role, by EKS Pod Identity. The tags are those that EKS sets, and nobody else can. */
export function podIdentityTrust(cluster: EksCluster, { namespace, serviceAccount }: PodIdentity): string {
  return policyText({
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': cluster.arn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  });
}

/** Lets people and roles be the role. */
export function principalTrust(principalArns: readonly string[]): string {
  return policyText({ Effect: 'Allow', Principal: { AWS: [...principalArns] }, Action: ['sts:AssumeRole'] });
}
