import { InputPropertiesError, Unwrap } from '@pulumi/pulumi';
import { planBucket } from './bucket-plan';
import { clusterInput, clusterSpec, targetOf, workerSpec } from './cluster-plan';
import { ComputeEnvironmentArgs } from './compute-environment-args';
import { planHeadNodeGroup } from './head-node-group-plan';
import { identityProblems } from './identity-plan';
import { advised, atInputs, broken, filled, Problem, refuse, shaped } from './input-problems';
import { inputOfJob, jobDescriptors, jobProblems } from './job-plan';
import { planKarpenter } from './karpenter-plan';
import { KnownGroup, sizeProblems } from './size-problems';
import { planWorkerNodeGroup } from './worker-node-group-plan';
import { bundledUdfs } from '../descriptor/bundled-udfs';
import { JobDescriptor } from '../descriptor/stack-descriptor';
import { clusterName } from '../spec/cluster-name';
import { NAMESPACE } from '../spec/names';
import { rayClusterSpec } from '../spec/ray-cluster';
import { adviseOnBundledUdfs, adviseOnEnvironment, checkImagePython, checkRayClusterObject } from '../spec/rules/check';
import { Finding } from '../spec/rules/rule';
import { DEFAULT_SERVICE_ACCOUNT } from '../spec/service-account';
import { kindOf, WorkerKind } from '../spec/worker-node-pool';

/** The inputs with every value known. */
export type KnownEnvironment = Unwrap<ComputeEnvironmentArgs>;

/** Tables in S3 that jobs write, and those that they only read. */
interface TablesInS3 {
  readonly tables: string[];
  readonly sources: string[];
}

/** An environment, once all of its inputs are known and found right. */
export interface EnvironmentPlan extends TablesInS3 {
  readonly args: KnownEnvironment;
  readonly namespace: string;
  readonly serviceAccountName: string;
  /** Each with the nodes that it is for. */
  readonly workerGroups: KnownGroup[];
  readonly headNodeLabelValue?: string;
  readonly jobs: JobDescriptor[];
  /** What is advised on it beyond its parts, which say it themselves. */
  readonly advice: readonly string[];
}

/** What is known of the code that ships. */
export interface BundledCode {
  /** Python that packages in it are for. Absent: there are none. */
  readonly pythonVersion?: string;
  /** As much of a module's dotted name as Python finds in it. Absent: nothing ships. */
  readonly nameFound?: (module: string) => string;
}

const ROLE_ARN = { is: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, expected: 'the ARN of a role', fix: 'arn:aws:iam::123456789012:role/features' };

/**
 * Builds and checks, by the same builders and rules as the cdk8s constructs.
 *
 * @param label name of the environment
 * @param args with every value known
 * @param code what ships
 * @throws InputPropertiesError with every input that is wrong, those of parts by their paths in the whole
 */
export function planEnvironment(label: string, args: KnownEnvironment, code: BundledCode = {}): EnvironmentPlan {
  const namespace = args.namespace ?? label;
  const jobs = jobDescriptors(args);
  const placed = { ...args, workerGroups: args.workerGroups.map((group) => placedGroup(group, args)), headNodeLabelValue: headNodeLabelValue(args) };
  const plan: EnvironmentPlan = {
    args,
    namespace,
    serviceAccountName: args.serviceAccountName ?? DEFAULT_SERVICE_ACCOUNT,
    workerGroups: placed.workerGroups,
    headNodeLabelValue: placed.headNodeLabelValue,
    jobs,
    advice: advised([...adviseOnEnvironment({ isolated: args.networkIsolation !== false }, targetOf(args)), ...unshippedUdfs(args, jobs, code)]),
    ...tablesInS3(jobs, args.tables ?? []),
  };
  refuse('ComputeEnvironment', label, [
    ...shaped('namespace', namespace, NAMESPACE),
    ...clusterProblems(label, plan, placed),
    ...pythonProblems(args),
    ...groupsWithoutPool(args),
    ...jobProblems(args, { workers: args.workerGroups.map(workerSpec), target: targetOf(args) }),
    ...codeProblems(args, code),
    ...submitterProblems(args),
    ...(args.tables ?? []).flatMap((table, i) => table.startsWith('s3://') ? [] : [{ propertyPath: `tables[${i}]`, reason: `got ${JSON.stringify(table)}, expected s3://BUCKET/PREFIX` }]),
    ...nodeGroupProblems(label, args),
    ...identityInputProblems(plan),
    ...(args.karpenter === undefined ? [] : problemsOf(() => planKarpenter(label, karpenterInputs(label, plan)), (at) => /^(workerGroups|head(Cpu|Memory))/.test(at) ? at : `karpenter.${at}`)),
    ...problemsOf(() => planBucket(label, args.bucket ?? {}), (at) => `bucket.${at}`),
  ]);
  return plan;
}

/** What the pools of an environment are told. */
export function karpenterInputs(label: string, { args, namespace, workerGroups }: EnvironmentPlan) {
  const { headCpu, headMemoryGiB, karpenter, tags } = args;
  return { ...karpenter, namespace, clusterLabel: label, workerGroups, headCpu, headMemoryGiB, tags };
}

function clusterProblems(label: string, { namespace, serviceAccountName }: EnvironmentPlan, args: KnownEnvironment): Problem[] {
  const sizes = sizeProblems(args);
  if (sizes.length > 0) {
    return sizes;
  }
  const spec = rayClusterSpec(clusterSpec({ label, namespace, serviceAccountName }, args));
  const found = checkRayClusterObject({ metadata: { name: clusterName(label, spec) }, spec }, targetOf(args));
  return broken(atInputs(found, (at) => clusterInput(at, args)));
}

function pythonProblems(args: KnownEnvironment): Problem[] {
  const { rayVersion, pythonVersion } = args;
  return pythonVersion === undefined ? [] : broken(atInputs(checkImagePython({ rayVersion, pythonVersion }, targetOf(args)), () => 'pythonVersion'));
}

/** The pools for workers that are made here, by what their workers compute with. */
function poolsMade({ workerNodeGroups = [], karpenter }: KnownEnvironment): { kind: WorkerKind; labelValue: string }[] {
  return [
    ...workerNodeGroups.map(({ kind, labelValue = 'true' }) => ({ kind: (kind ?? 'cpu') as WorkerKind, labelValue })),
    ...(karpenter?.cpuPool === undefined ? [] : [{ kind: 'cpu' as const, labelValue: karpenter.cpuPool.labelValue ?? 'true' }]),
    ...(karpenter?.gpuPool === undefined ? [] : [{ kind: 'gpu' as const, labelValue: karpenter.gpuPool.labelValue ?? 'true' }]),
  ];
}

/** A group goes to the first pool for its kind, unless it says where it goes. */
function placedGroup(group: KnownGroup, args: KnownEnvironment): KnownGroup {
  const pool = poolsMade(args).find(({ kind }) => kind === kindOf({ gpus: group.gpus ?? 0 }));
  return { ...group, nodeLabelValue: group.nodeLabelValue ?? pool?.labelValue };
}

/** Where pools are made, a group that none of them is for has been forgotten: its workers would go to nodes of others, or nowhere. */
function groupsWithoutPool(args: KnownEnvironment): Problem[] {
  const pools = poolsMade(args);
  return pools.length === 0 ? [] : args.workerGroups.flatMap((group, i) => {
    const kind = kindOf({ gpus: group.gpus ?? 0 });
    const isPlaced = pools.some((pool) => pool.kind === kind && (group.nodeLabelValue ?? pool.labelValue) === pool.labelValue);
    const fix = kind === 'gpu' ? 'karpenter.gpuPool, or a workerNodeGroup of kind "gpu"' : 'karpenter.cpuPool, or a workerNodeGroup of kind "cpu"';
    const wanted = group.nodeLabelValue === undefined ? '' : ` with labelValue ${JSON.stringify(group.nodeLabelValue)}`;
    return isPlaced ? [] : [{ propertyPath: `workerGroups[${i}]`, reason: `got no pool for group "${group.name}", expected one for workers of kind "${kind}"${wanted}. Fix: ${fix}` }];
  });
}

function headNodeLabelValue({ headNodeLabelValue: said, headNodeGroup, karpenter }: KnownEnvironment): string | undefined {
  return said ?? headNodeGroup?.labelValue ?? karpenter?.headPool?.labelValue;
}

function codeProblems({ pythonVersion, workspaceRoots, bundleStore, bucket }: KnownEnvironment, code: BundledCode): Problem[] {
  const isOther = code.pythonVersion !== undefined && pythonVersion !== undefined && code.pythonVersion !== pythonVersion;
  return [
    ...(isOther ? [{ propertyPath: 'workspaceRoots', reason: `got packages or compiled modules for Python ${code.pythonVersion}, expected such for Python ${pythonVersion}, which the image has` }] : []),
    ...(bundleStore !== undefined && workspaceRoots === undefined ? [{ propertyPath: 'bundleStore', reason: `got ${JSON.stringify(bundleStore)}, expected nothing without workspaceRoots to keep there` }] : []),
    ...(bundleStore !== undefined && bucket !== undefined ? [{ propertyPath: 'bucket', reason: 'got one to make, expected nothing with a bundleStore of yours. Fix: drop one of the two' }] : []),
  ];
}

/** Functions in modules that the bundle lacks, at the inputs that name them. */
function unshippedUdfs(args: KnownEnvironment, jobs: readonly JobDescriptor[], { nameFound }: BundledCode): Finding[] {
  const found = nameFound === undefined ? [] : adviseOnBundledUdfs(bundledUdfs(jobs, nameFound), targetOf(args));
  return atInputs(found, (at) => inputOfJob(at, args).replace(/^(materializedViews.*)\.udf$/, '$1.columns'));
}

function submitterProblems({ submitters, eksClusterName }: KnownEnvironment): Problem[] {
  if (submitters === undefined) {
    return [];
  }
  const { principalArns, users, groups } = submitters;
  return [
    ...(principalArns === undefined && users === undefined && groups === undefined ? [{ propertyPath: 'submitters', reason: 'got nobody, expected principalArns, users or groups' }] : []),
    ...filled('submitters.users', users, 'users, or nothing at all'),
    ...filled('submitters.groups', groups, 'groups, or nothing at all'),
    ...(principalArns !== undefined && eksClusterName === undefined ? [{ propertyPath: 'eksClusterName', reason: 'got nothing, expected the cluster that submitters.principalArns are let into' }] : []),
  ];
}

function nodeGroupProblems(label: string, args: KnownEnvironment): Problem[] {
  const { headNodeGroup, workerNodeGroups = [], eksClusterName, subnetIds } = args;
  if (headNodeGroup === undefined && workerNodeGroups.length === 0) {
    return [];
  }
  const where = { clusterName: eksClusterName ?? '', subnetIds: subnetIds ?? [] };
  return [
    ...(eksClusterName === undefined ? [{ propertyPath: 'eksClusterName', reason: 'got nothing, expected the cluster of the node groups' }] : []),
    ...filled('subnetIds', where.subnetIds, 'the subnets that nodes start in, at least one'),
    ...(headNodeGroup === undefined ? [] : problemsOf(() => planHeadNodeGroup(label, { ...where, ...headNodeGroup }), (at) => `headNodeGroup.${at}`)),
    ...workerNodeGroups.flatMap((group, i) => problemsOf(() => planWorkerNodeGroup(group.name, { ...where, ...group }), (at) => `workerNodeGroups[${i}].${at}`)),
  ].filter(({ propertyPath }) => !propertyPath.endsWith('.subnetIds')); // said once
}

/** What is wrong with the role that is to be made, as far as it can be known before there is a bucket. */
function identityInputProblems({ args, namespace, tables, sources }: EnvironmentPlan): Problem[] {
  const { roleArn, eksClusterName, oidcProviderArn, podIdentity, bundleStore, kmsKeyArns, submitters } = args;
  if (eksClusterName === undefined || roleArn !== undefined) {
    return [...shaped('roleArn', roleArn, ROLE_ARN), ...ownRoleProblems(args)];
  }
  const inS3 = bundleStore?.startsWith('s3://') ? bundleStore : undefined;
  const role = {
    clusterName: eksClusterName,
    namespace,
    oidcProviderArn,
    podIdentity,
    tables,
    sources,
    bundleStore: inS3,
    kmsKeyArns,
    submitterPrincipalArns: submitters?.principalArns,
  };
  const isWithCode = args.workspaceRoots !== undefined;
  return identityProblems(role)
    .filter(({ propertyPath }) => !(propertyPath === 'tables' && isWithCode))
    .map(({ propertyPath, reason }) => ({ propertyPath: identityInput(propertyPath, args, { tables, sources }), reason }));
}

function ownRoleProblems({ roleArn, serviceAccountName, submitters }: KnownEnvironment): Problem[] {
  return roleArn === undefined ? [] : [
    ...(serviceAccountName === undefined ? [] : [{ propertyPath: 'roleArn', reason: `got ${JSON.stringify(roleArn)}, expected nothing for service account "${serviceAccountName}", which is not made here. Fix: annotate the account` }]),
    ...(submitters?.principalArns === undefined ? [] : [{ propertyPath: 'submitters.principalArns', reason: 'got some, expected none with a roleArn of yours. Fix: let them into the cluster where the role is made, and name their group in submitters.groups' }]),
  ];
}

/** The input behind one of the role: which tables it is for is gathered from the jobs. */
function identityInput(at: string, { backfills = [], materializedViews = [], tables = [] }: KnownEnvironment, gathered: TablesInS3): string {
  const [, list, index] = /^(tables|sources)\[(\d+)\]$/.exec(at) ?? [];
  if (list === undefined) {
    return at.replace(/^submitterPrincipalArns/, 'submitters.principalArns');
  }
  const url = gathered[list as 'tables' | 'sources'][Number(index)];
  const inputs = [
    ...backfills.map(({ table }, i) => ({ path: `backfills[${i}].table`, url: table })),
    ...materializedViews.flatMap(({ destination, source }, i) => [{ path: `materializedViews[${i}].destination`, url: destination }, { path: `materializedViews[${i}].source`, url: source }]),
    ...tables.map((table, i) => ({ path: `tables[${i}]`, url: table })),
  ];
  return inputs.find((input) => input.url === url)?.path ?? at;
}

/** A view reads its source and writes itself; a backfill writes its table. Tables elsewhere take no rights on AWS. */
function tablesInS3(jobs: readonly JobDescriptor[], more: readonly string[]): TablesInS3 {
  const inS3 = (urls: readonly string[]) => [...new Set(urls)].filter((url) => url.startsWith('s3://'));
  const tables = inS3([...jobs.map((job) => job.kind === 'backfill' ? job.table : job.destination), ...more]);
  const sources = inS3(jobs.flatMap((job) => job.kind === 'backfill' ? [] : [job.source])).filter((source) => !tables.includes(source));
  return { tables, sources };
}

/** What a part refuses, by the paths of the whole. */
function problemsOf(plan: () => unknown, inputOf: (at: string) => string): Problem[] {
  try {
    plan();
    return [];
  } catch (error) {
    if (!InputPropertiesError.isInstance(error)) { throw error; }
    return error.errors.map(({ propertyPath, reason }) => ({ propertyPath: inputOf(propertyPath), reason }));
  }
}
