import { Unwrap } from '@pulumi/pulumi';
import { filled, Problem, refuse, shaped } from './input-problems';
import { WorkloadIdentityArgs } from './workload-identity-args';
import { submitterPolicy, workloadPolicy } from '../spec/data-access';
import { EksCluster, irsaTrust, issuerOf, PodIdentity, podIdentityTrust, principalTrust } from '../spec/iam-policies';
import { NameLimit, objectName } from '../spec/names';
import { overlap, S3Place, s3Place } from '../spec/s3-places';
import { DEFAULT_SERVICE_ACCOUNT } from '../spec/service-account';

/** Roles and what they may do, once all inputs are known. */
export interface IdentityPlan {
  readonly pods: PodIdentity;
  readonly trust: string;
  readonly policy: string;
  readonly submitterTrust: string;
  readonly submitterPolicy: string;
  readonly submitterGroup: string;
}

/** What is asked of the cluster. */
export interface ClusterFacts {
  readonly cluster: EksCluster;
  /** URL of its issuer. Absent: it has none. */
  readonly issuer?: string;
}

/** The inputs with every value known. */
export type KnownIdentity = Unwrap<WorkloadIdentityArgs>;

const PROVIDER_ARN = {
  is: /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/.+$/,
  expected: 'the ARN of an OIDC provider in IAM',
  fix: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE',
};
const PRINCIPAL_ARN = {
  is: /^arn:aws[a-z-]*:iam::\d{12}:(root|(user|role)\/[\w+=,.@/-]+)$/,
  expected: 'the ARN of a role, a user or an account',
  fix: 'arn:aws:iam::123456789012:role/data-scientists',
};
const KEY_ARN = { is: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, expected: 'the ARN of a key', fix: 'use the ARN, not an alias: IAM compares keys by it' };
const GROUP = { is: /^(?!(system|eks|aws|amazon|iam):)\S{1,63}$/, expected: 'the name of a group that EKS does not keep for itself', fix: 'use a plain word such as "data-scientists"' };
const TABLE = { expected: 's3://BUCKET/PREFIX: a table, or a folder of tables', fix: '"s3://acme/images.lance"' };

/**
 * Builds and checks.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planIdentity(name: string, args: KnownIdentity, { cluster, issuer }: ClusterFacts): IdentityPlan {
  const { serviceAccountName = DEFAULT_SERVICE_ACCOUNT, kmsKeyArns = [], submitterPrincipalArns = [] } = args;
  refuse('WorkloadIdentity', name, identityProblems(args, issuer));
  const pods = { namespace: args.namespace, serviceAccount: serviceAccountName };
  const [writes, reads, bundles] = [args.tables ?? [], args.sources ?? [], args.bundleStore === undefined ? [] : [args.bundleStore]].map(places);
  const { partition } = cluster;
  return {
    pods,
    trust: args.podIdentity ? podIdentityTrust(cluster, pods) : irsaTrust(args.oidcProviderArn!, pods),
    policy: workloadPolicy({ partition, kmsKeyArns, writes, reads: [...reads, ...bundles], adds: [] }),
    submitterTrust: principalTrust(submitterPrincipalArns),
    submitterPolicy: submitterPolicy(cluster, { partition, kmsKeyArns, adds: bundles, reads: [], writes: [] }),
    submitterGroup: args.submitterGroup ?? objectName({ parts: [args.namespace, 'submitters'], limit: NameLimit.LABEL }),
  };
}

/** Finds what can't be meant, as far as it can be said without the cluster. */
export function identityProblems(args: KnownIdentity, issuer?: string): Problem[] {
  const { tables = [], sources = [], bundleStore, kmsKeyArns = [], submitterPrincipalArns } = args;
  return [
    ...providerProblems(args, issuer),
    ...(tables.length + sources.length === 0 && bundleStore === undefined ? [{ propertyPath: 'tables', reason: 'got nothing, expected a table or a bundle store that the role is for' }] : []),
    ...tables.flatMap((table, i) => tableProblems(`tables[${i}]`, table, bundleStore)),
    ...sources.flatMap((table, i) => tableProblems(`sources[${i}]`, table, bundleStore)),
    ...(bundleStore !== undefined && s3Place(bundleStore) === undefined ? [{ propertyPath: 'bundleStore', reason: `got ${JSON.stringify(bundleStore)}, expected s3://BUCKET/PREFIX/` }] : []),
    ...kmsKeyArns.flatMap((arn, i) => shaped(`kmsKeyArns[${i}]`, arn, KEY_ARN)),
    ...filled('submitterPrincipalArns', submitterPrincipalArns, 'who may submit, or nothing at all'),
    ...(submitterPrincipalArns ?? []).flatMap((arn, i) => shaped(`submitterPrincipalArns[${i}]`, arn, PRINCIPAL_ARN)),
    ...shaped('submitterGroup', args.submitterGroup, GROUP),
  ];
}

function providerProblems({ oidcProviderArn, podIdentity, clusterName }: KnownIdentity, issuer: string | undefined): Problem[] {
  const propertyPath = 'oidcProviderArn';
  if (podIdentity) {
    return oidcProviderArn === undefined ? [] : [{ propertyPath, reason: `got ${JSON.stringify(oidcProviderArn)}, expected nothing with podIdentity. Fix: drop one of the two` }];
  }
  if (oidcProviderArn === undefined) {
    const fix = `make an aws.iam.OpenIdConnectProvider of its issuer, ${issuer ?? 'which it has none of yet'}, or podIdentity: true`;
    return [{ propertyPath, reason: `got nothing, expected the OIDC provider of cluster ${clusterName} in IAM. Fix: ${fix}` }];
  }
  const malformed = shaped(propertyPath, oidcProviderArn, PROVIDER_ARN);
  const isOurs = issuer === undefined || issuer === `https://${issuerOf(oidcProviderArn)}`;
  return malformed.length > 0 || isOurs ? malformed : [{ propertyPath, reason: `got ${JSON.stringify(oidcProviderArn)}, expected that of cluster ${clusterName}, whose issuer is ${issuer}` }];
}

function tableProblems(propertyPath: string, table: string, bundleStore: string | undefined): Problem[] {
  const place = s3Place(table);
  const bundles = s3Place(bundleStore ?? '');
  if (place === undefined || place.prefix === '') {
    return [{ propertyPath, reason: `got ${JSON.stringify(table)}, expected ${TABLE.expected}. Fix: ${TABLE.fix}` }];
  }
  return bundles?.bucket === place.bucket && overlap(bundles.prefix, place.prefix) ?
    [{ propertyPath, reason: `got ${JSON.stringify(table)}, expected a place apart from the bundle store, ${bundleStore}: who writes tables must not write code` }] : [];
}

function places(urls: readonly string[]): S3Place[] {
  return urls.map((url) => s3Place(url)!);
}
