import { ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { Release } from '@pulumi/kubernetes/helm/v3';
import { Role, RoleBinding } from '@pulumi/kubernetes/rbac/v1';
import { all, Output, output, Resource } from '@pulumi/pulumi';
import { BundleBucket } from './bundle-bucket';
import { BundleBucketArgs } from './bundle-bucket-args';
import { ChildOptions } from './child-options';
import { ComputeEnvironmentArgs } from './compute-environment-args';
import { EnvironmentPlan, karpenterInputs } from './environment-plan';
import { HeadNodeGroup } from './head-node-group';
import { KarpenterNodePools } from './karpenter-node-pools';
import { WorkerNodeGroup } from './worker-node-group';
import { WorkloadIdentity } from './workload-identity';
import { WorkspaceBundle } from './workspace-bundle';
import { BundleDescriptor } from '../descriptor/stack-descriptor';
import { eksIrsa } from '../spec/identity';
import { NameLimit, objectName } from '../spec/names';
import { OPERATOR_NAMESPACE } from '../spec/network-policies';
import { RAY_POD_ACCESS, RBAC } from '../spec/pod-access';

const KUBERAY_CHARTS = 'https://ray-project.github.io/kuberay-helm/';

/** What the parts of an environment share. */
export interface Shared {
  readonly name: string;
  readonly label: string;
  readonly args: ComputeEnvironmentArgs;
  readonly plan: Output<EnvironmentPlan>;
  readonly namespace: Output<string>;
  readonly options: ChildOptions;
}

/** The code that ships, and the bucket that keeps it unless there is a store. */
export function keepCode(shared: Shared) {
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
export function identify({ name, label, args, plan, options }: Shared, kept: ReturnType<typeof keepCode>) {
  if (args.eksClusterName === undefined || args.roleArn !== undefined) {
    return { roleArn: output(args.roleArn ?? ''), submitterRoleArn: output(''), groups: [] as Output<string>[], made: [] as Resource[] };
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
  const groups: Output<string>[] = submitters?.principalArns === undefined ? [] : [identity.submitterGroup];
  return { roleArn: identity.roleArn, submitterRoleArn: identity.submitterRoleArn ?? output(''), groups, made: [identity] };
}

/** The account of the pods, and what Ray's autoscaler needs. */
export function makeAccount({ name, label, args, plan, namespace, options }: Shared, roleArn: Output<string>): Resource[] {
  const annotations = roleArn.apply((arn) => arn === '' || args.podIdentity ? {} : eksIrsa(arn).accountAnnotations);
  const account = plan.apply((known) => known.serviceAccountName);
  const made = args.serviceAccountName !== undefined ? [] : [
    new ServiceAccount(name, { metadata: { name: account, namespace, annotations } }, options),
  ];
  const metadata = { name: objectName({ parts: [label, 'ray'], limit: NameLimit.SUBDOMAIN }), namespace };
  const role = new Role(`${name}-ray`, { metadata, rules: RAY_POD_ACCESS }, options);
  const binding = new RoleBinding(`${name}-ray`, {
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  }, options);
  return [...made, role, binding];
}

/** The nodes that are made for head and workers. */
export function makeNodes({ name, label, args, plan, namespace, options }: Shared): Resource[] {
  const { headNodeGroup, workerNodeGroups = [], karpenter, tags } = args;
  const where = { clusterName: plan.apply((known) => known.args.eksClusterName!), subnetIds: plan.apply((known) => known.args.subnetIds!), tags };
  return [
    ...(headNodeGroup === undefined ? [] : [new HeadNodeGroup(`${name}-head`, { ...where, ...headNodeGroup }, options)]),
    ...workerNodeGroups.map(({ name: group, ...nodes }) => new WorkerNodeGroup(`${name}-${group}`, { ...where, ...nodes }, options)),
    ...(karpenter === undefined ? [] : [new KarpenterNodePools(name, {
      ...karpenter,
      namespace,
      clusterLabel: label,
      workerGroups: plan.apply((known) => karpenterInputs(label, known).workerGroups),
      headCpu: args.headCpu,
      headMemoryGiB: args.headMemoryGiB,
      tags,
    }, options)]),
  ];
}

/** KubeRay's operator, where it isn't there already. */
export function installOperator({ name, args, options }: Shared): Resource[] {
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
export function clusterInputs(plan: Output<EnvironmentPlan>) {
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
