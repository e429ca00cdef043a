import { Unwrap } from '@pulumi/pulumi';
import { filled, Problem, shaped, whole } from './input-problems';
import { NodeGroupArgs } from './node-group-args';
import { LINUX_FAMILIES } from '../spec/node-disks';

/** The inputs that node groups for heads and for workers share, with every value known. */
export type KnownNodeGroup = Unwrap<NodeGroupArgs>;

/** Disk of a node where nothing else is said; EKS's own 20 GiB hold hardly an image with GPU libraries. */
export const DEFAULT_DISK_GIB = 100;

/** The value of a Kubernetes label. */
const LABEL_VALUE = { is: /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, expected: 'the value of a label', fix: 'use a plain word such as "batch"' };

const AMI_TYPE = {
  is: new RegExp(`^(${LINUX_FAMILIES.map((family) => family.toUpperCase()).join('|')})_`),
  expected: 'a type of image that Ray runs on',
  fix: '"AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD" or "BOTTLEROCKET_x86_64"',
};

/** Finds what can't be meant of a node group, whatever its nodes are for. */
export function nodeGroupProblems(group: KnownNodeGroup, leastNodes: number): Problem[] {
  const { minSize = leastNodes, maxSize = Infinity } = group;
  return [
    ...filled('subnetIds', group.subnetIds, 'the subnets that nodes start in, at least one'),
    ...filled('instanceTypes', group.instanceTypes, 'at least one instance type, or nothing for the default'),
    ...shaped('amiType', group.amiType, AMI_TYPE),
    ...shaped('labelValue', group.labelValue, LABEL_VALUE),
    ...whole('minSize', group.minSize, leastNodes),
    ...whole('maxSize', group.maxSize, 1),
    ...(minSize > maxSize ? [{ propertyPath: 'maxSize', reason: `got ${maxSize}, expected at least minSize, ${minSize}` }] : []),
    ...whole('diskGiB', group.diskGiB, 1),
  ];
}

/** The family of a type of image, in the words of Karpenter: `AL2023_x86_64_STANDARD` is `al2023`. */
export function familyOf(amiType: string): string {
  return amiType.split('_')[0].toLowerCase();
}
