import { ConfigMap, Namespace } from '@pulumi/kubernetes/core/v1';
import { all, ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { advise } from './advise';
import { planRoots } from './bundle-plan';
import { childOptions } from './child-options';
import { workerSpec } from './cluster-plan';
import { ComputeEnvironmentArgs } from './compute-environment-args';
import { clusterInputs, identify, installOperator, keepCode, makeAccount, makeNodes, Shared } from './environment-parts';
import { EnvironmentPlan, planEnvironment } from './environment-plan';
import { refuse } from './input-problems';
import { IsolatedPods, isolate, letApiServerIn } from './network-isolation';
import { RayCluster } from './ray-cluster';
import { letSubmit } from './submitter-access';
import { describeStack } from '../descriptor/describe-stack';
import { BundleDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, StackDescriptor } from '../descriptor/stack-descriptor';
import { CLUSTER_LABEL_LIMIT } from '../spec/cluster-name';
import { eksPodIdentity } from '../spec/identity';
import { isObjectName, objectName, stackConfigMapName } from '../spec/names';

/**
 * All that column backfills and materialized views need to run, on EKS: nodes, a Ray cluster on them, an identity with rights to the tables, network
 * rules, the bundle of the code, the jobs, and the stack descriptor by which `geneva-stack` finds all that.
 *
 * It is the environment that the cdk8s construct of the same name makes, by the same builders and rules. Nothing is made before all of the inputs are
 * found to be right.
 */
export class ComputeEnvironment extends ComponentResource {
  /** Namespace that everything is in. */
  public readonly namespace: Output<string>;

  /** Name of the RayCluster, hash of the content included. */
  public readonly clusterName: Output<string>;

  /** The stack descriptor: `pulumi stack output` of it in a file is a stack for `geneva-stack --stack`. */
  public readonly descriptor: Output<string>;

  /** Digest of the bundle. Empty: there is none. */
  public readonly bundleDigest: Output<string>;

  /** URL of the store that keeps the bundle. Empty: there is none. */
  public readonly bundleStore: Output<string>;

  /** ARN of the role of the Ray pods. Empty: they have none. */
  public readonly roleArn: Output<string>;

  /** ARN of the role that submitters may be. Empty: there is none. */
  public readonly submitterRoleArn: Output<string>;

  /** The command that submits the first job to what is applied. */
  public readonly submitCommand: Output<string>;

  /**
   * @param name name of the component
   * @param args what it needs beyond its defaults
   * @param opts as for every component
   */
  constructor(name: string, args: ComputeEnvironmentArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:ComputeEnvironment', name, {}, opts);
    const label = environmentLabel(name, args.environmentName);
    const code = args.workspaceRoots === undefined ? undefined : planRoots(name, args.workspaceRoots);
    const plan = output(args).apply((known) => planEnvironment(label, known, code));
    advise(this, plan);
    this.namespace = plan.apply((known) => known.namespace);
    const shared: Shared = { name, label, args, plan, namespace: this.namespace, options: childOptions(this, plan) };

    const operator = installOperator(shared);
    const namespace = args.namespace === undefined ? [new Namespace(name, { metadata: { name: label } }, shared.options)] : [];
    const inNamespace: Shared = { ...shared, options: childOptions(this, plan, namespace) };
    const kept = keepCode(shared);
    const identity = identify(shared, kept);
    this.roleArn = identity.roleArn;
    this.submitterRoleArn = identity.submitterRoleArn;
    const pods = { ...args, label, namespace: this.namespace, identityEndpoints: args.podIdentity ? eksPodIdentity().endpoints : [] };
    const needed = [
      ...operator,
      ...namespace,
      ...identity.made,
      ...makeAccount(inNamespace, identity.roleArn),
      ...makeNodes(inNamespace),
      ...isolate(name, pods, inNamespace.options),
    ];
    this.clusterName = new RayCluster(name, { ...clusterInputs(plan), clusterLabel: label }, childOptions(this, plan, needed)).clusterName;

    const described = all([plan, this.clusterName, kept?.descriptor ?? output(undefined)])
      .apply(([known, rayCluster, shipped]) => describe(label, known, rayCluster, shipped));
    this.descriptor = described.apply((stack) => JSON.stringify(stack, null, 2));
    this.bundleDigest = kept?.bundle.digest ?? output('');
    this.bundleStore = kept?.bundle.store ?? output('');
    this.submitCommand = plan.apply((known) => submitCommand(label, known));
    letIn(inNamespace, pods, { descriptor: described, awsGroups: identity.groups });
    this.emitDescriptor(inNamespace);
  }

  /** The ConfigMap by which submitters find the environment in the cluster, and the outputs by which they find it in the stack. */
  private emitDescriptor({ name, label, namespace, options }: Shared): void {
    const metadata = { name: stackConfigMapName(label), namespace, labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } };
    new ConfigMap(`${name}-stack`, { metadata, data: { [STACK_DESCRIPTOR_KEY]: this.descriptor } }, options);
    this.registerOutputs({
      namespace: this.namespace,
      clusterName: this.clusterName,
      descriptor: this.descriptor,
      bundleDigest: this.bundleDigest,
      bundleStore: this.bundleStore,
      roleArn: this.roleArn,
      submitterRoleArn: this.submitterRoleArn,
      submitCommand: this.submitCommand,
    });
  }
}

function environmentLabel(name: string, environmentName: string | undefined): string {
  const label = environmentName ?? objectName({ parts: [name], limit: CLUSTER_LABEL_LIMIT });
  const reason = `got ${JSON.stringify(label)}, expected at most ${CLUSTER_LABEL_LIMIT} lower case letters, digits and dashes, a letter first`;
  refuse('ComputeEnvironment', name, isObjectName(label, CLUSTER_LABEL_LIMIT) ? [] : [{ propertyPath: 'environmentName', reason }]);
  return label;
}

/** What people submit to, and the groups in which those are that AWS lets in. */
interface Submitted {
  readonly descriptor: Output<StackDescriptor>;
  readonly awsGroups: Output<string>[];
}

function letIn({ name, label, args, namespace, options }: Shared, pods: IsolatedPods, submitted: Submitted): void {
  const { submitters, networkIsolation } = args;
  if (submitters === undefined) {
    return;
  }
  letSubmit(name, { label, namespace, ...submitted }, submitters, options);
  if (submitters.apiServerCidrs !== undefined && networkIsolation !== false) {
    letApiServerIn(name, pods, submitters.apiServerCidrs, options);
  }
}

function submitCommand(label: string, { jobs: [job], namespace }: EnvironmentPlan): string {
  return `geneva-stack submit ${job?.name ?? 'JOB'} --target cluster --stack cm://${namespace}/${stackConfigMapName(label)}`;
}

function describe(label: string, { args, jobs, ...plan }: EnvironmentPlan, cluster: string, bundle: BundleDescriptor | undefined): StackDescriptor {
  const { image, rayVersion, pythonVersion, tokenAuthentication } = args;
  return describeStack({
    name: label,
    namespace: plan.namespace,
    serviceAccountName: plan.serviceAccountName,
    cluster,
    image,
    rayVersion,
    pythonVersion,
    tokenAuth: tokenAuthentication ?? true,
    workers: plan.workerGroups.map(workerSpec),
    bundle,
    jobs,
  });
}
