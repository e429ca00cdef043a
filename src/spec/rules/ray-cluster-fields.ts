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

/** Computes once for each spec what several rules ask for, one after the other. */
export function oncePerSpec<Value>(compute: (spec: RayClusterV1Spec) => Value): (spec: RayClusterV1Spec) => Value {
  const computed = new WeakMap<RayClusterV1Spec, { readonly value: Value }>();
  return (spec) => {
    const { value } = computed.get(spec) ?? { value: compute(spec) };
    computed.set(spec, { value });
    return value;
  };
}

/** Head and worker groups with the path at which each stands. */
export const allGroups = oncePerSpec((spec): readonly PlacedGroup[] => {
  const head = spec.headGroupSpec ? [{ at: 'headGroupSpec', group: spec.headGroupSpec }] : [];
  return [...head, ...workerGroups(spec).map((group) => ({ at: groupPath(group), group }))];
});

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
