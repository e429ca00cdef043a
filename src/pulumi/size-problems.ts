import { Unwrap } from '@pulumi/pulumi';
import { RayClusterArgs, WorkerGroupArgs } from './ray-cluster-args';

/** Bytes of a GiB. */
export const GIB = 1024 ** 3;

/** The arguments of a RayCluster with every value known. */
export type KnownArgs = Unwrap<RayClusterArgs>;

/** The arguments of a worker group with every value known. */
export type KnownGroup = Unwrap<WorkerGroupArgs>;

/** An argument that can't be meant. */
export interface Problem {
  readonly propertyPath: string;
  readonly reason: string;
}

/** Finds the sizes that no container can have: the builders would stop at the first. */
export function sizeProblems(args: KnownArgs): Problem[] {
  return [
    ...whole('headCpu', args.headCpu, 1),
    ...memory('headMemoryGiB', args.headMemoryGiB),
    ...whole('autoscalerIntervalSeconds', args.autoscalerIntervalSeconds, 1),
    ...args.workerGroups.flatMap((group, i) => [
      ...whole(`workerGroups[${i}].cpu`, group.cpu, 1),
      ...memory(`workerGroups[${i}].memoryGiB`, group.memoryGiB),
      ...whole(`workerGroups[${i}].gpus`, group.gpus, 0),
      ...whole(`workerGroups[${i}].priority`, group.priority, -(2 ** 31)),
    ]),
  ];
}

function whole(propertyPath: string, got: number | undefined, least: number): Problem[] {
  const fits = got === undefined || (Number.isInteger(got) && got >= least);
  return fits ? [] : [{ propertyPath, reason: `got ${got}, expected a whole number, at least ${least}` }];
}

function memory(propertyPath: string, got: number | undefined): Problem[] {
  const fits = got === undefined || (got > 0 && Number.isInteger(got * GIB));
  return fits ? [] : [{ propertyPath, reason: `got ${got}, expected a number of GiB above 0 that comes to whole bytes` }];
}
