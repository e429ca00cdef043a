import { ConfigMap, Namespace, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { Release } from '@pulumi/kubernetes/helm/v3';
import { Role, RoleBinding } from '@pulumi/kubernetes/rbac/v1';
import { all, ComponentResource, ComponentResourceOptions, Input, Output, output, Resource } from '@pulumi/pulumi';
import { BundleBucket } from './bundle-bucket';
import { BundleBucketArgs } from './bundle-bucket-args';
import { planRoots } from './bundle-plan';
import { ChildOptions, childOptions } from './child-options';
import { workerSpec } from './cluster-plan';
import { ComputeEnvironmentArgs } from './compute-environment-args';
import { EnvironmentPlan, karpenterInputs, planEnvironment } from './environment-plan';
import { HeadNodeGroup } from './head-node-group';
import { refuse } from './input-problems';
import { KarpenterNodePools } from './karpenter-node-pools';
import { isolate, letApiServerIn, OPERATOR_NAMESPACE } from './network-isolation';
import { RayCluster } from './ray-cluster';
import { letSubmit } from './submitter-access';
import { WorkerNodeGroup } from './worker-node-group';
import { WorkloadIdentity } from './workload-identity';
import { WorkspaceBundle } from './workspace-bundle';
import { describeStack } from '../descriptor/describe-stack';
import { BundleDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, StackDescriptor } from '../descriptor/stack-descriptor';
import { CLUSTER_LABEL_LIMIT } from '../spec/cluster-name';
import { eksIrsa, eksPodIdentity } from '../spec/identity';
import { isObjectName, NameLimit, objectName, stackConfigMapName } from '../spec/names';
import { RAY_POD_ACCESS } from '../spec/pod-access';

const KUBERAY_CHARTS = 'https://ray-project.github.io/kuberay-helm/';

/** What the parts of an environment share. */
interface Shared {
  readonly name: string;
  readonly label: string;
  readonly args: ComputeEnvironmentArgs;
  readonly plan: Output<EnvironmentPlan>;
  readonly options: ChildOptions;
}

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
    const plan = output(args).apply((known) => planEnvironment(label, known, { pythonVersion: code?.pythonVersion }));
    const shared: Shared = { name, label, args, plan, options: childOptions(this, plan) };

    const operator = installOperator(shared);
    const namespace = args.namespace === undefined ? [new Namespace(name, { metadata: { name: label } }, shared.options)] : [];
    const inNamespace: Shared = { ...shared, options: childOptions(this, plan, namespace) };
    this.namespace = plan.apply((known) => known.namespace);
    const bundle = this.keepCode(shared);
    const identity = this.identify(shared, bundle);
    const account = this.makeAccount(inNamespace, this.roleArn = identity.roleArn);
    const nodes = this.makeNodes(inNamespace);
    const pods = { ...args, label, namespace: this.namespace, identityEndpoints: args.podIdentity ? eksPodIdentity().endpoints : [] };
    const policies = isolate(name, pods, inNamespace.options);
    const needed = [...operator, ...namespace, ...account, ...nodes, ...policies, ...identity.made];
    const cluster = new RayCluster(name, { ...clusterInputs(plan), clusterLabel: label }, childOptions(this, plan, needed));
    this.clusterName = cluster.clusterName;

    const described = all([plan, this.clusterName, bundle?.descriptor ?? output(undefined)])
      .apply(([known, rayCluster, shipped]) => describe(label, known, rayCluster, shipped));
    this.descriptor = described.apply((stack) => JSON.stringify(stack, null, 2));
    this.bundleDigest = bundle?.bundle.digest ?? output('');
    this.bundleStore = bundle?.bundle.store ?? output('');
    this.submitterRoleArn = identity.submitterRoleArn;
    const metadata = { name: stackConfigMapName(label), namespace: this.namespace, labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } };
    new ConfigMap(`${name}-stack`, { metadata, data: { [STACK_DESCRIPTOR_KEY]: this.descriptor } }, inNamespace.options);
    if (args.submitters !== undefined) {
      letSubmit(name, { label, namespace: this.namespace, descriptor: described, awsGroups: identity.groups }, args.submitters, inNamespace.options);
      if (args.submitters.apiServerCidrs !== undefined && args.networkIsolation !== false) {
        letApiServerIn(name, pods, args.submitters.apiServerCidrs, inNamespace.options);
      }
    }
    this.submitCommand = all([plan, this.namespace]).apply(([{ jobs: [job] }, own]) =>
      `geneva-stack submit ${job?.name ?? 'JOB'} --target cluster --stack cm://${own}/${stackConfigMapName(label)}`);
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

  /** The code that ships, and the bucket that keeps it unless there is a store. */
  private keepCode(shared: Shared) {
    const { name, args, plan, options } = shared;
    if (args.workspaceRoots === undefined) {
      return undefined;
    }
    const made = args.bundleStore === undefined ? new BundleBucket(name, bucketInputs(shared), options) : undefined;
    const store = made?.storeUrl ?? plan.apply((known) => known.args.bundleStore!);
    const bundle = new WorkspaceBundle(name, { roots: args.workspaceRoots, store }, options);
    const descriptor = all([bundle.publishedDigest, bundle.store]).apply(([digest, url]): BundleDescriptor => ({ digest, store: url }));
    return { bundle, descriptor, kmsKeyArns: made === undefined ? [] : [made.kmsKeyArn] };
  }

  /** Who the pods are, and who submits. */
  private identify({ name, label, args, plan, options }: Shared, kept: ReturnType<ComputeEnvironment['keepCode']>) {
    if (args.eksClusterName === undefined || args.roleArn !== undefined) {
      return { roleArn: output(args.roleArn ?? ''), submitterRoleArn: output(''), groups: [], made: [] };
    }
    const { submitters } = args;
    const identity = new WorkloadIdentity(name, {
      clusterName: args.eksClusterName,
      namespace: plan.apply((known) => known.namespace),
      serviceAccountName: plan.apply((known) => known.serviceAccountName),
      oidcProviderArn: args.oidcProviderArn,
      podIdentity: args.podIdentity,
      tables: plan.apply((known) => known.tables),
      sources: plan.apply((known) => known.sources),
      bundleStore: kept && storeInS3(kept.bundle.store),
      kmsKeyArns: all([args.kmsKeyArns ?? [], all(kept?.kmsKeyArns ?? [])]).apply(([own, made]) => [...own, ...made]),
      submitterPrincipalArns: submitters?.principalArns,
      submitterGroup: plan.apply((known) => objectName({ parts: [known.namespace, label, 'submitters'], limit: NameLimit.LABEL })),
      tags: args.tags,
    }, options);
    const groups: Input<string>[] = submitters?.principalArns === undefined ? [] : [identity.submitterGroup];
    return { roleArn: identity.roleArn, submitterRoleArn: identity.submitterRoleArn ?? output(''), groups, made: [identity] };
  }

  /** The account of the pods, and what Ray's autoscaler needs. */
  private makeAccount({ name, label, args, plan, options }: Shared, roleArn: Output<string>): Resource[] {
    const annotations = roleArn.apply((arn) => arn === '' || args.podIdentity ? {} : eksIrsa(arn).accountAnnotations);
    const account = plan.apply((known) => known.serviceAccountName);
    const made = args.serviceAccountName !== undefined ? [] : [
      new ServiceAccount(name, { metadata: { name: account, namespace: this.namespace, annotations } }, options),
    ];
    const metadata = { name: objectName({ parts: [label, 'ray'], limit: NameLimit.SUBDOMAIN }), namespace: this.namespace };
    const role = new Role(`${name}-ray`, { metadata, rules: RAY_POD_ACCESS }, options);
    const binding = new RoleBinding(`${name}-ray`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: this.namespace }],
    }, options);
    return [...made, role, binding];
  }

  private makeNodes({ name, label, args, plan, options }: Shared): Resource[] {
    const { headNodeGroup, workerNodeGroups = [], karpenter, tags } = args;
    const where = { clusterName: plan.apply((known) => known.args.eksClusterName!), subnetIds: plan.apply((known) => known.args.subnetIds!), tags };
    return [
      ...(headNodeGroup === undefined ? [] : [new HeadNodeGroup(`${name}-head`, { ...where, ...headNodeGroup }, options)]),
      ...workerNodeGroups.map(({ name: group, ...nodes }) => new WorkerNodeGroup(`${name}-${group}`, { ...where, ...nodes }, options)),
      ...(karpenter === undefined ? [] : [new KarpenterNodePools(name, {
        ...karpenter,
        namespace: this.namespace,
        clusterLabel: label,
        workerGroups: plan.apply((known) => karpenterInputs(label, known).workerGroups),
        headCpu: args.headCpu,
        headMemoryGiB: args.headMemoryGiB,
        tags,
      }, options)]),
    ];
  }
}

function environmentLabel(name: string, environmentName: string | undefined): string {
  const label = environmentName ?? objectName({ parts: [name], limit: CLUSTER_LABEL_LIMIT });
  const reason = `got ${JSON.stringify(label)}, expected at most ${CLUSTER_LABEL_LIMIT} lower case letters, digits and dashes, a letter first`;
  refuse('ComputeEnvironment', name, isObjectName(label, CLUSTER_LABEL_LIMIT) ? [] : [{ propertyPath: 'environmentName', reason }]);
  return label;
}

function installOperator({ name, args, options }: Shared): Resource[] {
  return args.kubeRayChart === undefined ? [] : [new Release(`${name}-kuberay-operator`, {
    name: 'kuberay-operator',
    chart: 'kuberay-operator',
    version: args.kubeRayChart,
    repositoryOpts: { repo: KUBERAY_CHARTS },
    namespace: args.operatorNamespace ?? OPERATOR_NAMESPACE,
    createNamespace: true,
  }, options)];
}

/** By way of the plan, too, so that what is wrong with the bucket is said once. */
function bucketInputs({ args, plan }: Shared): BundleBucketArgs {
  return { tags: args.tags, ...args.bucket, bundlePrefix: plan.apply((known) => known.args.bucket?.bundlePrefix) as Output<string> };
}

/** The inputs of the cluster come from the plan: what the environment refuses is said once, and not again by its cluster. */
function clusterInputs(plan: Output<EnvironmentPlan>) {
  const of = <K extends keyof EnvironmentPlan['args']>(key: K) => plan.apply((known) => known.args[key]);
  return {
    namespace: plan.apply((known) => known.namespace),
    serviceAccountName: plan.apply((known) => known.serviceAccountName),
    image: of('image'),
    rayVersion: of('rayVersion'),
    workerGroups: plan.apply((known) => known.workerGroups),
    kubeRayVersion: of('kubeRayVersion') as Output<string>,
    upscalingMode: of('upscalingMode') as Output<string>,
    autoscalerIntervalSeconds: of('autoscalerIntervalSeconds') as Output<number>,
    headCpu: of('headCpu') as Output<number>,
    headMemoryGiB: of('headMemoryGiB') as Output<number>,
    headNodeLabelValue: plan.apply((known) => known.headNodeLabelValue) as Output<string>,
    tokenAuthentication: of('tokenAuthentication') as Output<boolean>,
  };
}

/** Stores elsewhere take no rights on AWS. */
function storeInS3(store: Output<string>): Output<string> {
  return store.apply((url) => url.startsWith('s3://') ? url : undefined) as Output<string>;
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
