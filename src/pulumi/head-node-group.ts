import { ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { HeadNodeGroupArgs } from './head-node-group-args';
import { planHeadNodeGroup } from './head-node-group-plan';
import { managedNodes } from './managed-node-group';
import { ClusterDefaults } from '../spec/cluster-defaults';

/**
 * The nodes that Ray heads run on, as a managed node group of EKS: on demand, always up, kept for heads alone.
 *
 * A head that is lost ends every job of its cluster. So an update of the nodes waits for the head's disruption budget, and fails after a quarter of
 * an hour: delete the PodDisruptionBudget `LABEL-head` in a maintenance window.
 */
export class HeadNodeGroup extends ComponentResource {
  /** Name of the node group. */
  public readonly nodeGroupName: Output<string>;

  /** ARN of the role of the nodes. */
  public readonly nodeRoleArn: Output<string>;

  /** Value of the label `geneva.lancedb.com/ray-head` on the nodes. */
  public readonly labelValue: Output<string>;

  /**
   * @param name name of the component
   * @param args where, and how it differs from the defaults
   * @param opts as for every component
   */
  constructor(name: string, args: HeadNodeGroupArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:HeadNodeGroup', name, {}, opts);
    const plan = output(args).apply((known) => planHeadNodeGroup(name, known));
    const { group, role } = managedNodes(this, name, plan);
    this.nodeGroupName = group.nodeGroupName;
    this.nodeRoleArn = role.arn;
    this.labelValue = output(args.labelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE);
    this.registerOutputs({ nodeGroupName: this.nodeGroupName, nodeRoleArn: this.nodeRoleArn, labelValue: this.labelValue });
  }
}
