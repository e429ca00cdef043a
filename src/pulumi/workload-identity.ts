import { AccessEntry, getClusterOutput, PodIdentityAssociation } from '@pulumi/aws/eks';
import { Role, RolePolicy } from '@pulumi/aws/iam';
import { all, ComponentResource, ComponentResourceOptions, Input, Output, output } from '@pulumi/pulumi';
import { ChildOptions, childOptions } from './child-options';
import { IdentityPlan, planIdentity } from './identity-plan';
import { WorkloadIdentityArgs } from './workload-identity-args';
import { eksCluster } from '../spec/iam-policies';

/** Who may be a role, and what it may do. */
interface RoleDocuments {
  readonly trust: Output<string>;
  readonly policy: Output<string>;
}

type Tags = Input<{ [key: string]: Input<string> }> | undefined;

/**
 * Who Ray pods are to AWS: a role that one service account of one namespace may be, with rights to the tables and the bundles that it is told, and
 * no more. For people who submit jobs another one, with rights to find the cluster and to add bundles; in the cluster, it is in a group.
 */
export class WorkloadIdentity extends ComponentResource {
  /** ARN of the role of the pods. */
  public readonly roleArn: Output<string>;

  /** ARN of the role of submitters. Nothing when there are none. */
  public readonly submitterRoleArn: Output<string> | undefined;

  /** Group of Kubernetes that submitters are in. */
  public readonly submitterGroup: Output<string>;

  /**
   * @param name name of the component
   * @param args which pods, and what they work on
   * @param opts as for every component
   */
  constructor(name: string, args: WorkloadIdentityArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:WorkloadIdentity', name, {}, opts);
    const { arn, identities } = getClusterOutput({ name: args.clusterName }, { parent: this });
    const plan = all([output(args), arn, identities]).apply(([known, clusterArn, [identity]]) =>
      planIdentity(name, known, { cluster: eksCluster(clusterArn), issuer: identity?.oidcs[0]?.issuer }));
    const documents = { trust: plan.apply(({ trust }) => trust), policy: plan.apply(({ policy }) => policy) };
    const role = grantedRole(`${name}-pods`, documents, args.tags, childOptions(this, plan));
    this.roleArn = role.arn;
    if (args.podIdentity) {
      new PodIdentityAssociation(name, {
        clusterName: args.clusterName,
        namespace: plan.apply(({ pods }) => pods.namespace),
        serviceAccount: plan.apply(({ pods }) => pods.serviceAccount),
        roleArn: role.arn,
        tags: args.tags,
      }, childOptions(this, plan));
    }
    this.submitterGroup = plan.apply(({ submitterGroup }) => submitterGroup);
    this.submitterRoleArn = args.submitterPrincipalArns === undefined ? undefined : this.letSubmit(name, args, plan);
    this.registerOutputs({ roleArn: this.roleArn, submitterRoleArn: this.submitterRoleArn, submitterGroup: this.submitterGroup });
  }

  private letSubmit(name: string, args: WorkloadIdentityArgs, plan: Output<IdentityPlan>): Output<string> {
    const documents = { trust: plan.apply(({ submitterTrust }) => submitterTrust), policy: plan.apply(({ submitterPolicy }) => submitterPolicy) };
    const role = grantedRole(`${name}-submitter`, documents, args.tags, childOptions(this, plan));
    // No access policy of EKS: the narrowest that submits is one that edits all of a namespace.
    new AccessEntry(`${name}-submitter`, {
      clusterName: args.clusterName,
      principalArn: role.arn,
      type: 'STANDARD',
      kubernetesGroups: [this.submitterGroup],
      tags: args.tags,
    }, childOptions(this, plan));
    return role.arn;
  }
}

function grantedRole(name: string, documents: RoleDocuments, tags: Tags, options: ChildOptions): Role {
  const role = new Role(name, { assumeRolePolicy: documents.trust, tags }, options);
  new RolePolicy(name, { role: role.name, policy: documents.policy }, options);
  return role;
}
