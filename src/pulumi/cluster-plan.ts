import { advised, atInputs, broken, refuse } from './input-problems';
import { KnownArgs, KnownCluster, KnownGroup, sizeProblems } from './size-problems';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { clusterName } from '../spec/cluster-name';
import { Target } from '../spec/kuberay-versions';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { labelledNodes } from '../spec/placement';
import { GIB } from '../spec/quantities';
import { ClusterSpec, rayClusterSpec, WorkerSpec } from '../spec/ray-cluster';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { checkRayClusterObject } from '../spec/rules/check';
import { kindOf, workerPlacement } from '../spec/worker-node-pool';

/** What the arguments of a RayCluster come to, once all of them are known. */
export interface ClusterPlan {
  readonly name: string;
  readonly priorityClassName: string;
  readonly spec: RayClusterV1Spec;
  readonly advice: readonly string[];
}

/** What a cluster does for whoever owns it. */
export interface ClusterOwner {
  /** The part of the name that stays when the content changes. */
  readonly label: string;
  readonly namespace: string;
  readonly serviceAccountName?: string;
  /** Labels of every pod, beside our own. */
  readonly podLabels?: Record<string, string>;
}

/**
 * Builds and checks, by the same builders and rules as the cdk8s constructs.
 *
 * @param label the part of the name that stays when the content changes
 * @param args with every value known
 * @throws InputPropertiesError with every argument that is wrong
 */
export function planCluster(label: string, args: KnownArgs): ClusterPlan {
  refuse('RayCluster', label, sizeProblems(args));
  const owner = { ...args, label };
  const spec = rayClusterSpec(clusterSpec(owner, args));
  const name = clusterName(label, spec);
  const found = atInputs(checkRayClusterObject({ metadata: { name }, spec }, targetOf(args)), (at) => clusterInput(at, args));
  refuse('RayCluster', label, broken(found));
  return { name, priorityClassName: priorityClassName(owner), spec, advice: advised(found) };
}

/** What a Ray cluster is made of. @throws when a size is none: see {@link sizeProblems} */
export function clusterSpec(owner: ClusterOwner, args: KnownCluster): ClusterSpec {
  return {
    label: owner.label,
    target: targetOf(args),
    rayVersion: args.rayVersion,
    image: args.image,
    autoscaling: { upscalingMode: args.upscalingMode, intervalSeconds: args.autoscalerIntervalSeconds },
    tokenAuth: args.tokenAuthentication ?? true,
    serviceAccountName: owner.serviceAccountName,
    podLabels: owner.podLabels,
    head: {
      ...headSize(args),
      placement: labelledNodes(Label.RAY_HEAD_NODE, args.headNodeLabelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE),
      priorityClassName: priorityClassName(owner),
    },
    workers: args.workerGroups.map(workerSpec),
  };
}

/** The operator that reads the cluster. */
export function targetOf({ kubeRayVersion }: Pick<KnownCluster, 'kubeRayVersion'>): Target {
  return { kuberay: kubeRayVersion ?? ClusterDefaults.KUBERAY };
}

export function headSize(args: Pick<KnownCluster, 'headCpu' | 'headMemoryGiB'>): { cpus: number; memoryBytes: number } {
  const memoryBytes = args.headMemoryGiB === undefined ? ClusterDefaults.HEAD_MEMORY_BYTES : args.headMemoryGiB * GIB;
  return { cpus: args.headCpu ?? ClusterDefaults.HEAD_CPUS, memoryBytes };
}

export function workerSpec(group: KnownGroup): WorkerSpec {
  const gpus = group.gpus ?? 0;
  return {
    name: group.name,
    cpus: group.cpu,
    memoryBytes: group.memoryGiB * GIB,
    gpus,
    minReplicas: group.minReplicas ?? 0,
    maxReplicas: group.maxReplicas,
    idleTimeoutSeconds: group.idleTimeoutSeconds ?? ClusterDefaults.IDLE_TIMEOUT_SECONDS,
    priority: group.priority,
    placement: group.nodeLabelValue === undefined ? undefined : workerPlacement(kindOf({ gpus }), group.nodeLabelValue),
  };
}

/** The argument behind a field of the spec: groups stand in a list here, and are called by name there. */
export function clusterInput(at: string, { workerGroups }: Pick<KnownCluster, 'workerGroups'>): string {
  return at.replace(/^autoscalerOptions\.upscalingMode/, 'upscalingMode')
    .replace(/^authOptions\.mode$/, 'tokenAuthentication')
    .replace(/^.*\.template\.spec\.containers\[0\]\.image$/, 'image')
    .replace(/^workerGroupSpecs\[(.*?)\]/, (_match, name: string) => `workerGroups[${workerGroups.findIndex((group) => group.name === name)}]`);
}

function priorityClassName({ namespace, label }: ClusterOwner): string {
  return objectName({ parts: [namespace, label, 'head'], limit: NameLimit.SUBDOMAIN });
}
