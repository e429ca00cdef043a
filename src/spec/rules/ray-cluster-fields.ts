import { GroupSpec, RayClusterV1Spec, WorkerGroupSpec } from '../ray-cluster-types';

/** The older switch for the autoscaler's version, an environment variable of the head. */
export const AUTOSCALER_V2_ENV = 'RAY_enable_autoscaler_v2';

export function workerGroups(spec: RayClusterV1Spec): WorkerGroupSpec[] {
  return spec.workerGroupSpecs ?? [];
}

/** A group with the path at which it stands. */
interface PlacedGroup {
  readonly at: string;
  readonly group: GroupSpec;
}

/** By the spec that they are of: a dozen rules ask for them, one after the other. */
const PLACED = new WeakMap<RayClusterV1Spec, readonly PlacedGroup[]>();

/** Head and worker groups with the path at which each stands. */
export function allGroups(spec: RayClusterV1Spec): readonly PlacedGroup[] {
  const placed = PLACED.get(spec) ?? placeGroups(spec);
  PLACED.set(spec, placed);
  return placed;
}

function placeGroups(spec: RayClusterV1Spec): PlacedGroup[] {
  const head = spec.headGroupSpec ? [{ at: 'headGroupSpec', group: spec.headGroupSpec }] : [];
  return [...head, ...workerGroups(spec).map((group) => ({ at: groupPath(group), group }))];
}

export function groupPath(group: WorkerGroupSpec): string {
  return `workerGroupSpecs[${group.groupName}]`;
}

/** Value of {@link AUTOSCALER_V2_ENV}, where the head's Ray container sets it. */
export function autoscalerEnv(spec: RayClusterV1Spec): string | undefined {
  return spec.headGroupSpec?.template.spec.containers[0]?.env?.find((env) => env.name === AUTOSCALER_V2_ENV)?.value;
}

export function runsAutoscalerV2(spec: RayClusterV1Spec): boolean {
  return spec.autoscalerOptions?.version === 'v2' || ['1', 'true'].includes(autoscalerEnv(spec) ?? '');
}
