import { Ec2NodeClassV1Spec, Ec2SelectorTerm, LINUX_AMI } from '../ec2-node-class';
import { Rule, Violation } from './rule';

export const metadataNeedsAToken: Rule<Ec2NodeClassV1Spec> = {
  id: 'NODE-01',
  title: 'The metadata of a node is given against a token only (IMDSv2).',
  severity: 'error',
  source: 'EC2 documentation, instance metadata; the default of Karpenter 1.14',
  why: 'Without the token, a job that fetches an address which somebody gave it hands out the role of the node.',
  check: ({ metadataOptions }) => (metadataOptions?.httpTokens ?? 'required') === 'required' ? [] : [{
    at: 'metadataOptions.httpTokens',
    got: metadataOptions?.httpTokens,
    expected: '"required"',
    fix: 'drop the patch',
  }],
};

export const podsDoNotReachMetadata: Rule<Ec2NodeClassV1Spec> = {
  id: 'NODE-02',
  title: 'Pods do not reach the metadata of their node.',
  severity: 'advice',
  source: 'EKS best practices, IAM: restrict access to the instance profile',
  why: 'With two hops every pod can be what the node is to AWS.',
  check: ({ metadataOptions }) => (metadataOptions?.httpPutResponseHopLimit ?? 1) <= 1 ? [] : [{
    at: 'metadataOptions.httpPutResponseHopLimit',
    got: metadataOptions?.httpPutResponseHopLimit,
    expected: '1',
    fix: 'drop the patch, and give pods an identity of their own: cloudIdentity',
  }],
};

export const amiIsPinned: Rule<Ec2NodeClassV1Spec> = {
  id: 'NODE-03',
  title: 'The machine image of a node is a version, not the latest.',
  severity: 'advice',
  source: 'Karpenter 1.14 documentation, managing AMIs: pin them in production',
  why: 'With each release of the image all nodes drift, and two nodes of one pool may differ.',
  check: ({ amiSelectorTerms }) => amiSelectorTerms.filter(({ alias }) => alias?.endsWith('@latest')).map(({ alias }) => ({
    at: 'amiSelectorTerms[0].alias',
    got: alias,
    expected: 'a version such as "al2023@v20260801"',
    fix: 'copy the version from the nodes that run: kubectl get ec2nodeclass -o yaml, status.amis',
  })),
};

export const nodeClassIsComplete: Rule<Ec2NodeClassV1Spec> = {
  id: 'NODE-04',
  title: 'A node class says one image for Linux, one identity, and which subnets and security groups.',
  severity: 'error',
  source: 'Karpenter 1.14, CEL rules of the EC2NodeClass CRD',
  why: 'The API server refuses the node class, and its pools start no node.',
  check: (spec) => [
    ...image(spec),
    ...wrong((spec.role === undefined) === (spec.instanceProfile === undefined), 'role', spec.role, 'role or instanceProfile, one of them'),
    ...wrong(!isSelector(spec.subnetSelectorTerms), 'subnetSelectorTerms', spec.subnetSelectorTerms, 'at least one term, each with an id or with tags'),
    ...wrong(!isSelector(spec.securityGroupSelectorTerms), 'securityGroupSelectorTerms', spec.securityGroupSelectorTerms, 'at least one term, each with an id or with tags'),
  ],
};

function image({ amiFamily, amiSelectorTerms }: Ec2NodeClassV1Spec): Violation[] {
  const aliases = amiSelectorTerms.flatMap(({ alias }) => alias === undefined ? [] : [alias]);
  if (aliases.length === 0) {
    return wrong(amiFamily === undefined, 'amiFamily', undefined, 'the family of the image, since no alias says it');
  }
  const stands = amiSelectorTerms.length === 1 && LINUX_AMI.test(aliases[0]);
  return wrong(!stands, 'amiSelectorTerms', amiSelectorTerms, 'one alias such as "al2023@v20260801", of al2, al2023 or bottlerocket');
}

function isSelector(terms: readonly Ec2SelectorTerm[] | undefined): boolean {
  return (terms ?? []).length > 0 && terms!.every((term) => Object.keys(term).length > 0);
}

function wrong(isWrong: boolean, at: string, got: unknown, expected: string): Violation[] {
  return isWrong ? [{ at, got, expected, fix: `say ${expected}` }] : [];
}
