import { Unwrap } from '@pulumi/pulumi';
import { Problem, whole } from './input-problems';
import { ClusterArgs, RayClusterArgs, WorkerGroupArgs } from './ray-cluster-args';
import { GIB } from '../spec/quantities';

/** The arguments of a RayCluster with every value known. */
export type KnownArgs = Unwrap<RayClusterArgs>;

/** What a cluster is made of, with every value known. */
export type KnownCluster = Unwrap<ClusterArgs>;

/** The arguments of a worker group with every value known. */
export type KnownGroup = Unwrap<WorkerGroupArgs>;

/** Finds the sizes that no container can have: the builders would stop at the first. */
export function sizeProblems(args: KnownCluster): Problem[] {
  return [
    ...headSizeProblems(args),
    ...whole('autoscalerIntervalSeconds', args.autoscalerIntervalSeconds, 1),
    ...args.workerGroups.flatMap((group, i) => groupSizeProblems(`workerGroups[${i}]`, group)),
  ];
}

/** Finds sizes that no head can have. */
export function headSizeProblems({ headCpu, headMemoryGiB }: Pick<KnownCluster, 'headCpu' | 'headMemoryGiB'>): Problem[] {
  return [...whole('headCpu', headCpu, 1), ...memory('headMemoryGiB', headMemoryGiB)];
}

/** Finds sizes that no worker can have. */
export function groupSizeProblems(at: string, group: KnownGroup): Problem[] {
  return [
    ...whole(`${at}.cpu`, group.cpu, 1),
    ...memory(`${at}.memoryGiB`, group.memoryGiB),
    ...whole(`${at}.gpus`, group.gpus, 0),
    ...whole(`${at}.priority`, group.priority, -(2 ** 31)),
  ];
}

/** Finds GiB that come to no whole bytes. */
export function memory(propertyPath: string, got: number | undefined): Problem[] {
  const fits = got === undefined || (got > 0 && Number.isInteger(got * GIB));
  return fits ? [] : [{ propertyPath, reason: `got ${got}, expected a number of GiB above 0 that comes to whole bytes` }];
}
