import { InputPropertiesError } from '@pulumi/pulumi';
import { GIB, KnownArgs, KnownGroup, Problem, sizeProblems } from './size-problems';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { clusterName } from '../spec/cluster-name';
import { Target } from '../spec/kuberay-versions';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { labelledNodes } from '../spec/placement';
import { ClusterSpec, rayClusterSpec, WorkerSpec } from '../spec/ray-cluster';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { checkRayCluster } from '../spec/rules/check';
import { describe, Finding } from '../spec/rules/rule';

/** What the arguments of a RayCluster come to, once all of them are known. */
export interface ClusterPlan {
  readonly name: string;
  readonly priorityClassName: string;
  readonly spec: RayClusterV1Spec;
}

/**
 * Builds and checks, by the same builders and rules as the cdk8s constructs.
 *
 * @param label the part of the name that stays when the content changes
 * @param args with every value known
 * @throws InputPropertiesError with every argument that is wrong
 */
export function planCluster(label: string, args: KnownArgs): ClusterPlan {
  const target: Target = { kuberay: args.kubeRayVersion ?? ClusterDefaults.KUBERAY };
  const priorityClassName = objectName({ parts: [args.namespace, label, 'head'], limit: NameLimit.SUBDOMAIN });
  refuse(label, sizeProblems(args));
  const spec = rayClusterSpec(clusterSpec(label, target, priorityClassName, args));
  refuse(label, checkRayCluster(spec, target).map((finding) => ({ propertyPath: argumentPath(finding, args), reason: describe(finding) })));
  return { name: clusterName(label, spec), priorityClassName, spec };
}

function clusterSpec(label: string, target: Target, priorityClassName: string, args: KnownArgs): ClusterSpec {
  return {
    label,
    target,
    rayVersion: args.rayVersion,
    image: args.image,
    autoscaling: { upscalingMode: args.upscalingMode, intervalSeconds: args.autoscalerIntervalSeconds },
    tokenAuth: args.tokenAuthentication ?? true,
    serviceAccountName: args.serviceAccountName,
    head: {
      cpus: args.headCpu ?? ClusterDefaults.HEAD_CPUS,
      memoryBytes: args.headMemoryGiB === undefined ? ClusterDefaults.HEAD_MEMORY_BYTES : args.headMemoryGiB * GIB,
      placement: labelledNodes(Label.RAY_HEAD_NODE, args.headNodeLabelValue ?? ClusterDefaults.HEAD_NODE_LABEL_VALUE),
      priorityClassName,
    },
    workers: args.workerGroups.map(workerSpec),
  };
}

function workerSpec(group: KnownGroup): WorkerSpec {
  return {
    name: group.name,
    cpus: group.cpu,
    memoryBytes: group.memoryGiB * GIB,
    gpus: group.gpus ?? 0,
    minReplicas: group.minReplicas ?? 0,
    maxReplicas: group.maxReplicas,
    idleTimeoutSeconds: group.idleTimeoutSeconds ?? ClusterDefaults.IDLE_TIMEOUT_SECONDS,
    priority: group.priority,
  };
}

/** The argument behind a field of the spec: groups stand in a list here, and are called by name there. */
function argumentPath({ at }: Finding, args: KnownArgs): string {
  return at.replace(/^autoscalerOptions\.upscalingMode/, 'upscalingMode').replace(/^workerGroupSpecs\[(.*?)\]/, (_match, name: string) => `workerGroups[${args.workerGroups.findIndex((group) => group.name === name)}]`);
}

function refuse(label: string, problems: Problem[]): void {
  if (problems.length > 0) {
    const told = problems.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join('\n');
    throw new InputPropertiesError({ message: `RayCluster ${label}: ${problems.length} of its inputs can't be meant.\n${told}`, errors: problems });
  }
}
