import { InputPropertiesError, Unwrap } from '@pulumi/pulumi';
import { RayClusterArgs, WorkerGroupArgs } from './ray-cluster-args';
import { clusterName } from '../spec/cluster-name';
import { Target } from '../spec/kuberay-versions';
import { Label } from '../spec/labels';
import { NameLimit, objectName } from '../spec/names';
import { labelledNodes } from '../spec/placement';
import { ClusterSpec, rayClusterSpec, WorkerSpec } from '../spec/ray-cluster';
import { RayClusterV1Spec } from '../spec/ray-cluster-types';
import { checkRayCluster } from '../spec/rules/check';
import { describe, Finding } from '../spec/rules/rule';

const GIB = 1024 ** 3;

type KnownArgs = Unwrap<RayClusterArgs>;

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
  const target: Target = { kuberay: args.kubeRayVersion ?? '1.7' };
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
    tokenAuth: args.tokenAuthentication ?? true,
    serviceAccountName: args.serviceAccountName,
    head: {
      cpus: args.headCpu ?? 4,
      memoryBytes: (args.headMemoryGiB ?? 8) * GIB,
      placement: labelledNodes(Label.RAY_HEAD_NODE, args.headNodeLabelValue ?? 'true'),
      priorityClassName,
    },
    workers: args.workerGroups.map(workerSpec),
  };
}

function workerSpec(group: Unwrap<WorkerGroupArgs>): WorkerSpec {
  return {
    name: group.name,
    cpus: group.cpu,
    memoryBytes: group.memoryGiB * GIB,
    gpus: group.gpus ?? 0,
    minReplicas: group.minReplicas ?? 0,
    maxReplicas: group.maxReplicas,
    idleTimeoutSeconds: group.idleTimeoutSeconds ?? 60,
  };
}

interface Problem {
  readonly propertyPath: string;
  readonly reason: string;
}

function sizeProblems(args: KnownArgs): Problem[] {
  const sizes: [string, number | undefined, number][] = [
    ['headCpu', args.headCpu, 1],
    ...args.workerGroups.flatMap((group, i): [string, number | undefined, number][] => [
      [`workerGroups[${i}].cpu`, group.cpu, 1],
      [`workerGroups[${i}].gpus`, group.gpus, 0],
    ]),
  ];
  return [
    ...sizes.filter(([, got, least]) => got !== undefined && (!Number.isInteger(got) || got < least)).map(([propertyPath, got, least]) => (
      { propertyPath, reason: `got ${got}, expected a whole number, at least ${least}` })),
    ...memoryProblems(args),
  ];
}

function memoryProblems(args: KnownArgs): Problem[] {
  const sizes: [string, number | undefined][] = [
    ['headMemoryGiB', args.headMemoryGiB],
    ...args.workerGroups.map((group, i): [string, number] => [`workerGroups[${i}].memoryGiB`, group.memoryGiB]),
  ];
  return sizes.filter(([, got]) => got !== undefined && !(got > 0 && Number.isInteger(got * GIB))).map(([propertyPath, got]) => (
    { propertyPath, reason: `got ${got}, expected a number of GiB above 0 that comes to whole bytes` }));
}

/** The argument behind a field of the spec: groups stand in a list here, and are called by name there. */
function argumentPath({ at }: Finding, args: KnownArgs): string {
  return at.replace(/^workerGroupSpecs\[(.*?)\]/, (_match, name: string) => `workerGroups[${args.workerGroups.findIndex((group) => group.name === name)}]`);
}

function refuse(label: string, problems: Problem[]): void {
  if (problems.length > 0) {
    const told = problems.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join('\n');
    throw new InputPropertiesError({ message: `RayCluster ${label}: ${problems.length} of its inputs can't be meant.\n${told}`, errors: problems });
  }
}
