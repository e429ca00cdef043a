import { Gate, isOn, Target } from '../kuberay-versions';
import { isAtLeast } from '../versions';
import { Violation } from './rule';

/** A field that some releases don't know, or that some operators don't act on. */
export interface VersionedField {
  readonly at: string;
  readonly value: unknown;
  /** First minor release whose CRD has it. */
  readonly since: string;
  readonly gate?: Gate;
  /** How to do without it. Absent: whoever wrote it drops it. */
  readonly without?: string;
}

/** The fields of a list that are in use and that the target's CRD drops. */
export function unknownFields(fields: readonly VersionedField[], { kuberay }: Target): Violation[] {
  return fields.filter(({ since, value }) => value !== undefined && !isAtLeast(kuberay, since)).map(({ at, since, value, without = 'drop the field' }) => ({
    at,
    got: value,
    expected: `nothing: KubeRay ${kuberay} does not know it, ${since} does`,
    fix: `install KubeRay ${since} and say so in the target, or ${without}`,
  }));
}

/** The fields of a list that are in use, known, and behind a gate that is off. */
export function gatedFields(fields: readonly VersionedField[], target: Target): Violation[] {
  return fields.flatMap(({ at, since, value, gate }) => {
    const isRefused = gate !== undefined && value !== undefined && isAtLeast(target.kuberay, since) && !isOn(gate, target);
    return isRefused ? [{
      at,
      got: value,
      expected: `nothing while the feature gate ${gate.name} is off`,
      fix: 'start the operator with it and say so in the target, kuberay.withFeatures(...), or drop the field',
    }] : [];
  });
}
