/**
 * Builds Karpenter's node class for AWS, `EC2NodeClass.spec` of `karpenter.k8s.aws/v1`. Source: the CRD and the documentation of Karpenter 1.14.
 */

import { DiskSpec, LINUX_FAMILIES, nodeDisks } from './node-disks';

export interface Ec2NodeClassV1Spec {
  readonly amiFamily?: string;
  readonly amiSelectorTerms: { readonly alias?: string; readonly [way: string]: unknown }[];
  readonly role?: string;
  readonly instanceProfile?: string;
  readonly subnetSelectorTerms: Ec2SelectorTerm[];
  readonly securityGroupSelectorTerms: Ec2SelectorTerm[];
  readonly blockDeviceMappings?: BlockDeviceMapping[];
  readonly metadataOptions?: { readonly httpEndpoint?: string; readonly httpTokens?: string; readonly httpPutResponseHopLimit?: number };
}

/** A thing of EC2 by its id, or all that bear the tags. */
export interface Ec2SelectorTerm {
  readonly id?: string;
  readonly tags?: Record<string, string>;
}

export interface BlockDeviceMapping {
  readonly deviceName: string;
  readonly ebs: {
    readonly volumeSize: string;
    readonly volumeType: string;
    readonly encrypted: boolean;
    readonly deleteOnTermination: boolean;
    readonly iops?: number;
    readonly throughput?: number;
    readonly kmsKeyID?: string;
  };
}

/** What a node class is made of. */
export interface Ec2NodeClassSpec {
  /** Family and version of the machine image, such as `al2023@v20260801`. */
  readonly ami: string;
  /** Name of the IAM role of the nodes. */
  readonly role: string;
  readonly subnets: Ec2SelectorTerm[];
  readonly securityGroups: Ec2SelectorTerm[];
  readonly disk: DiskSpec;
}

/** The alias of an image that Ray runs on. */
export const LINUX_AMI = new RegExp(`^(${LINUX_FAMILIES.join('|')})@.+$`);

export function ec2NodeClassSpec(nodeClass: Ec2NodeClassSpec): Ec2NodeClassV1Spec {
  return {
    amiSelectorTerms: [{ alias: nodeClass.ami }],
    role: nodeClass.role,
    subnetSelectorTerms: nodeClass.subnets,
    securityGroupSelectorTerms: nodeClass.securityGroups,
    blockDeviceMappings: devices(nodeClass),
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 }, // one hop: the node reaches it, its pods don't
  };
}

function devices({ ami, disk }: Ec2NodeClassSpec): BlockDeviceMapping[] {
  return nodeDisks(ami.split('@')[0], disk).map(({ deviceName, gibibytes, throughput, iops, kmsKey }) => ({
    deviceName,
    ebs: { volumeSize: `${gibibytes}Gi`, volumeType: 'gp3', encrypted: true, deleteOnTermination: true, iops, throughput, kmsKeyID: kmsKey },
  }));
}
