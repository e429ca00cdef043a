import { Tag } from '@pulumi/aws/autoscaling';
import { ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { childOptions } from './child-options';
import { managedNodes } from './managed-node-group';
import { WorkerNodeGroupArgs } from './worker-node-group-args';
import { planWorkerNodeGroup } from './worker-node-group-plan';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { nodeTemplateTags } from '../spec/managed-node-group';

/**
 * Nodes for Ray workers, as a managed node group of EKS that the cluster autoscaler scales from none.
 *
 * The cluster autoscaler must be there, with its discovery of groups by tags; EKS tags the groups for it. For pools that choose among many machines,
 * see {@link KarpenterNodePools}.
 */
export class WorkerNodeGroup extends ComponentResource {
  /** Name of the node group. */
  public readonly nodeGroupName: Output<string>;

  /** ARN of the role of the nodes. */
  public readonly nodeRoleArn: Output<string>;

  /** Value of the label `geneva.lancedb.com/ray-worker-cpu`, or `ray-worker-gpu`, on the nodes. */
  public readonly labelValue: Output<string>;

  /**
   * @param name name of the component
   * @param args where, and how it differs from the defaults
   * @param opts as for every component
   */
  constructor(name: string, args: WorkerNodeGroupArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:WorkerNodeGroup', name, {}, opts);
    const plan = output(args).apply((known) => planWorkerNodeGroup(name, known));
    const { group, role } = managedNodes(this, name, plan);
    const autoscalingGroupName = group.resources.apply(([resources]) => resources.autoscalingGroups?.[0]?.name ?? '');
    const tags = plan.apply(({ nodes }) => nodeTemplateTags(nodes));
    ['label', 'taint'].forEach((what, i) => new Tag(`${name}-${what}`, {
      autoscalingGroupName,
      tag: tags.apply((all) => ({ ...all[i], propagateAtLaunch: false })),
    }, childOptions(this, plan)));
    this.nodeGroupName = group.nodeGroupName;
    this.nodeRoleArn = role.arn;
    this.labelValue = output(args.labelValue ?? ClusterDefaults.NODE_LABEL_VALUE);
    this.registerOutputs({ nodeGroupName: this.nodeGroupName, nodeRoleArn: this.nodeRoleArn, labelValue: this.labelValue });
  }
}
