import { LaunchTemplate } from '@pulumi/aws/ec2';
import { NodeGroup } from '@pulumi/aws/eks';
import { getPartitionOutput } from '@pulumi/aws/getPartition';
import { Role, RolePolicyAttachment } from '@pulumi/aws/iam';
import { Output, Resource } from '@pulumi/pulumi';
import { childOptions } from './child-options';
import { DEFAULT_DISK_GIB, familyOf, KnownNodeGroup } from './node-group-inputs';
import { serviceTrust } from '../spec/iam-policies';
import { ManagedNodeGroupSpec } from '../spec/managed-node-group';
import { nodeDisks } from '../spec/node-disks';

/** A managed node group, once all of its inputs are known. */
export interface NodeGroupPlan {
  readonly args: KnownNodeGroup;
  readonly nodes: ManagedNodeGroupSpec;
  readonly instanceTypes: string[];
}

/** The nodes, and who they are to AWS. */
export interface ManagedNodes {
  readonly group: NodeGroup;
  readonly role: Role;
}

const DEFAULT_AMI_TYPE = 'AL2023_x86_64_STANDARD';

/**
 * What a node needs to join its cluster, to pull images and to give addresses to pods. Source: EKS documentation, node IAM role.
 *
 * The last one moves to the role of the VPC CNI where that has one.
 */
const NODE_POLICIES = { worker: 'AmazonEKSWorkerNodePolicy', pull: 'AmazonEC2ContainerRegistryPullOnly', cni: 'AmazonEKS_CNI_Policy' };

/** Makes a managed node group with the guards that all nodes have: metadata for the node alone, encrypted disks, a role of their own, repair. */
export function managedNodes(parent: Resource, name: string, plan: Output<NodeGroupPlan>): ManagedNodes {
  const options = childOptions(parent, plan);
  const tags = plan.apply(({ args }) => args.tags ?? {});
  const role = new Role(`${name}-node`, { assumeRolePolicy: serviceTrust('ec2.amazonaws.com'), tags }, options);
  const { partition } = getPartitionOutput({}, { parent });
  const attached = Object.entries(NODE_POLICIES).map(([id, policy]) =>
    new RolePolicyAttachment(`${name}-node-${id}`, { role: role.name, policyArn: partition.apply((part) => `arn:${part}:iam::aws:policy/${policy}`) }, options));
  const template = new LaunchTemplate(name, {
    metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 }, // one hop: the node reaches it, its pods don't
    blockDeviceMappings: plan.apply(blockDevices),
    tagSpecifications: tags.apply((all) => Object.keys(all).length === 0 ? [] : ['instance', 'volume'].map((resourceType) => ({ resourceType, tags: all }))),
    tags,
  }, options);
  const group = new NodeGroup(name, {
    clusterName: plan.apply(({ args }) => args.clusterName),
    nodeRoleArn: role.arn,
    subnetIds: plan.apply(({ args }) => args.subnetIds),
    instanceTypes: plan.apply(({ instanceTypes }) => instanceTypes),
    amiType: plan.apply(({ args }) => args.amiType ?? DEFAULT_AMI_TYPE),
    capacityType: plan.apply(({ nodes }) => nodes.capacityType),
    labels: plan.apply(({ nodes }) => nodes.labels),
    taints: plan.apply(({ nodes }) => nodes.taints),
    scalingConfig: plan.apply(({ nodes: { minSize, maxSize } }) => ({ minSize, maxSize, desiredSize: minSize })),
    launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
    updateConfig: { maxUnavailable: 1 },
    nodeRepairConfig: { enabled: true },
    tags,
  }, { ...childOptions(parent, plan, attached), ignoreChanges: ['scalingConfig.desiredSize'] }); // the cluster autoscaler writes it
  return { group, role };
}

function blockDevices({ args }: NodeGroupPlan) {
  const disk = { gibibytes: args.diskGiB ?? DEFAULT_DISK_GIB, kmsKey: args.diskKmsKeyArn };
  return nodeDisks(familyOf(args.amiType ?? DEFAULT_AMI_TYPE), disk).map(({ deviceName, gibibytes, kmsKey }) => ({
    deviceName,
    ebs: { volumeSize: gibibytes, volumeType: 'gp3', encrypted: 'true', deleteOnTermination: 'true', kmsKeyId: kmsKey },
  }));
}
