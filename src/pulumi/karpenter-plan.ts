import { Unwrap } from '@pulumi/pulumi';
import { headSize, workerSpec } from './cluster-plan';
import { advised, atInputs, broken, filled, oneOf, Problem, refuse, shaped, whole } from './input-problems';
import { HeadPoolArgs, KarpenterNodePoolsArgs, WorkerPoolArgs } from './karpenter-node-pools-args';
import { DEFAULT_DISK_GIB } from './node-group-inputs';
import { groupSizeProblems, headSizeProblems, KnownGroup } from './size-problems';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { Ec2NodeClassV1Spec, ec2NodeClassSpec, LINUX_AMI } from '../spec/ec2-node-class';
import { headNodePoolSpec } from '../spec/head-node-pool';
import { DeploymentSpec, keepWarmSpec } from '../spec/keep-warm';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { CapacityType, NodeChoice } from '../spec/node-choice';
import { NodePoolV1Spec } from '../spec/node-pool-types';
import { labelledNodes } from '../spec/placement';
import { headPodSize } from '../spec/ray-cluster';
import { adviseOnHeadNodePool, checkEc2NodeClass, checkGroupOnPool, checkHeadNodePool, checkHeadsOnPool, checkPodOnPool, checkWorkerNodePool } from '../spec/rules/check';
import { capacityOf } from '../spec/rules/pools';
import { Finding } from '../spec/rules/rule';
import { kindOf, sufficientKeepEmptySeconds, sufficientLimits, WorkerKind, workerNodePoolSpec } from '../spec/worker-node-pool';

type KnownPools = Unwrap<KarpenterNodePoolsArgs>;
type KnownHeadPool = Unwrap<HeadPoolArgs>;
type KnownWorkerPool = Unwrap<WorkerPoolArgs>;

/** Karpenter's objects, once all inputs are known. */
export interface KarpenterPlan {
  readonly head?: { readonly name: string; readonly pool: NodePoolV1Spec; readonly keepWarm: KeepWarmPlan };
  readonly workers: Partial<Record<WorkerKind, { readonly name: string; readonly pool: NodePoolV1Spec }>>;
  readonly nodeClass?: { readonly name: string; readonly spec: Ec2NodeClassV1Spec };
  readonly advice: readonly string[];
}

/** The objects without what is said of them. */
type KarpenterObjects = Omit<KarpenterPlan, 'advice'>;

/** What keeps nodes for heads warm. */
export interface KeepWarmPlan {
  readonly name: string;
  readonly priorityClassName: string;
  readonly spec: DeploymentSpec;
}

/** The inputs of the pools for workers, by what these compute with. */
export const POOL_INPUTS = { cpu: 'cpuPool', gpu: 'gpuPool' } as const satisfies Record<WorkerKind, keyof KarpenterNodePoolsArgs>;

const TARGET = { kuberay: ClusterDefaults.KUBERAY };
const CAPACITY_TYPES = ['reserved', 'spot', 'on-demand'];
const ARCHITECTURES = ['amd64', 'arm64'];
const AMI = { is: LINUX_AMI, expected: 'family and version of an image that Ray runs on', fix: '"al2023@v20260801"' };

/**
 * Builds and checks, by the same builders and rules as the cdk8s constructs.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planKarpenter(name: string, args: KnownPools): KarpenterPlan {
  refuse('KarpenterNodePools', name, problems(args));
  const label = args.clusterLabel ?? name;
  const plan = {
    head: args.headPool && planHead(label, args, args.headPool),
    workers: { cpu: planWorkers('cpu', label, args), gpu: planWorkers('gpu', label, args) },
    nodeClass: args.nodeClass && { name: nodeClassName(label, args), spec: nodeClassSpec(args.nodeClass) },
  };
  const found = findings(plan, label, args);
  refuse('KarpenterNodePools', name, broken(found));
  return { ...plan, advice: advised(found) };
}

function planHead(label: string, args: KnownPools, pool: KnownHeadPool): NonNullable<KarpenterPlan['head']> {
  const { labelValue = ClusterDefaults.HEAD_NODE_LABEL_VALUE, cpuLimit = ClusterDefaults.HEAD_POOL_CPU_LIMIT, warmNodes = 1 } = pool;
  const priorityClassName = scopedName(label, args, ['keep-warm']);
  return {
    name: scopedName(label, args, ['head']),
    pool: headNodePoolSpec({ ...nodeChoice(label, args, pool, ['on-demand']), labelValue, cpuLimit }),
    keepWarm: {
      name: objectName({ parts: [label, 'keep-warm'], limit: NameLimit.LABEL }),
      priorityClassName,
      spec: keepWarmSpec({
        label,
        nodes: warmNodes,
        ...headPodSize(headSize(args)),
        placement: labelledNodes(Label.RAY_HEAD_NODE, labelValue),
        priorityClassName,
      }),
    },
  };
}

function planWorkers(kind: WorkerKind, label: string, args: KnownPools): { name: string; pool: NodePoolV1Spec } | undefined {
  const pool = args[POOL_INPUTS[kind]];
  if (pool === undefined) {
    return undefined;
  }
  const { labelValue = ClusterDefaults.NODE_LABEL_VALUE, cpuLimit, gpuLimit, keepEmptySeconds } = pool;
  const groups = groupsOn(kind, args).map(({ spec }) => spec);
  const enough = groups.length > 0 ? sufficientLimits(kind, groups) : {};
  const told = labelValue === ClusterDefaults.NODE_LABEL_VALUE ? [] : [labelValue];
  return {
    name: scopedName(label, args, ['workers', kind, ...told]),
    pool: workerNodePoolSpec({
      ...nodeChoice(label, args, pool, ['spot', 'on-demand']),
      kind,
      labelValue,
      limits: { cpus: cpuLimit ?? enough.cpus, gpus: kind === 'gpu' ? gpuLimit ?? enough.gpus : undefined },
      keepEmptySeconds: keepEmptySeconds ?? sufficientKeepEmptySeconds(groups),
    }),
  };
}

function nodeChoice(label: string, args: KnownPools, pool: KnownHeadPool | KnownWorkerPool, capacityTypes: CapacityType[]): NodeChoice {
  return {
    capacityTypes: (pool.capacityTypes ?? capacityTypes) as CapacityType[],
    instanceFamilies: pool.instanceFamilies ?? [],
    instanceCpus: pool.instanceCpus ?? [],
    architecture: pool.architecture ?? 'amd64',
    nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClassName(label, args) },
  };
}

function nodeClassSpec(nodeClass: NonNullable<KnownPools['nodeClass']>): Ec2NodeClassV1Spec {
  const byId = (ids: readonly string[]) => ids.map((id) => ({ id }));
  return ec2NodeClassSpec({
    ami: nodeClass.ami,
    role: nodeClass.roleName,
    subnets: byId(nodeClass.subnetIds),
    securityGroups: byId(nodeClass.securityGroupIds),
    disk: { gibibytes: nodeClass.diskGiB ?? DEFAULT_DISK_GIB, kmsKey: nodeClass.diskKmsKeyArn },
  });
}

function nodeClassName(label: string, args: KnownPools): string {
  return args.nodeClassName ?? (args.nodeClass === undefined ? 'default' : scopedName(label, args, ['nodes']));
}

function scopedName(label: string, { namespace }: KnownPools, suffixes: string[]): string {
  return objectName({ parts: [namespace, label, ...suffixes], limit: NameLimit.LABEL });
}

/** The groups that are for a pool, and where they stand among the inputs. */
function groupsOn(kind: WorkerKind, { workerGroups = [] }: KnownPools) {
  return workerGroups.map((group: KnownGroup, i) => ({ at: `workerGroups[${i}]`, spec: workerSpec(group) })).filter(({ spec }) => kindOf(spec) === kind);
}

function problems(args: KnownPools): Problem[] {
  const { headPool, nodeClass, workerGroups = [] } = args;
  return [
    ...headSizeProblems(args),
    ...workerGroups.flatMap((group, i) => groupSizeProblems(`workerGroups[${i}]`, group)),
    ...(headPool === undefined ? [] : [...choiceProblems('headPool', headPool), ...whole('headPool.cpuLimit', headPool.cpuLimit, 1), ...whole('headPool.warmNodes', headPool.warmNodes, 0)]),
    ...Object.values(POOL_INPUTS).flatMap((at) => workerPoolProblems(at, args[at])),
    ...(nodeClass === undefined ? [] : [
      ...shaped('nodeClass.ami', nodeClass.ami, AMI),
      ...filled('nodeClass.subnetIds', nodeClass.subnetIds, 'the subnets that nodes start in, at least one'),
      ...filled('nodeClass.securityGroupIds', nodeClass.securityGroupIds, 'the security groups of the nodes, at least one'),
      ...whole('nodeClass.diskGiB', nodeClass.diskGiB, 1),
    ]),
  ];
}

function workerPoolProblems(at: string, pool: KnownWorkerPool | undefined): Problem[] {
  return pool === undefined ? [] : [
    ...choiceProblems(at, pool),
    ...whole(`${at}.cpuLimit`, pool.cpuLimit, 1),
    ...whole(`${at}.gpuLimit`, pool.gpuLimit, 1),
    ...whole(`${at}.keepEmptySeconds`, pool.keepEmptySeconds, 0),
  ];
}

function choiceProblems(at: string, { capacityTypes = [], architecture, instanceCpus = [] }: KnownHeadPool | KnownWorkerPool): Problem[] {
  return [
    ...capacityTypes.flatMap((type, i) => oneOf(`${at}.capacityTypes[${i}]`, type, CAPACITY_TYPES)),
    ...oneOf(`${at}.architecture`, architecture, ARCHITECTURES),
    ...instanceCpus.flatMap((cpus, i) => whole(`${at}.instanceCpus[${i}]`, cpus, 1)),
  ];
}

/** What rules find, each by the input behind it. */
function findings({ head, workers, nodeClass }: KarpenterObjects, label: string, args: KnownPools): Finding[] {
  const headPod = headPodSize(headSize(args));
  return [
    ...(head === undefined ? [] : [
      ...atInputs(checkHeadNodePool(head.pool, TARGET), (at) => poolInput('headPool', at)),
      ...checkPodOnPool({ at: 'headCpu', pod: headPod, node: capacityOf(head.pool).node, total: {} }, TARGET),
      ...atInputs(checkHeadsOnPool({ cpuLimit: args.headPool?.cpuLimit ?? ClusterDefaults.HEAD_POOL_CPU_LIMIT, warmNodes: args.headPool?.warmNodes ?? 1, headCpus: [headPod.cpus] }, TARGET), (at) => `headPool.${at}`),
      ...atInputs(adviseOnHeadNodePool({ warmNodes: args.headPool?.warmNodes ?? 1, instanceFamilies: args.headPool?.instanceFamilies ?? [] }, TARGET), (at) => `headPool.${at}`),
    ]),
    ...(['cpu', 'gpu'] as const).flatMap((kind) => workers[kind] === undefined ? [] : [
      ...atInputs(checkWorkerNodePool(workers[kind].pool, TARGET), (at) => poolInput(POOL_INPUTS[kind], at)),
      ...groupsOn(kind, args).flatMap(({ at, spec }) =>
        atInputs(checkGroupOnPool({ at: `worker group "${spec.name}" of ${label}`, pod: spec, maxReplicas: spec.maxReplicas, ...capacityOf(workers[kind]!.pool) }, TARGET), () => at)),
    ]),
    ...(nodeClass === undefined ? [] : atInputs(checkEc2NodeClass(nodeClass.spec, TARGET), (at) => `nodeClass.${at}`)),
  ];
}

/** The input behind a field of a NodePool. */
function poolInput(pool: string, at: string): string {
  return `${pool}.${at.startsWith('template.spec.requirements[karpenter.sh/capacity-type]') ? 'capacityTypes' : at.replace(/^limits\.cpu$/, 'cpuLimit')}`;
}
