import { inWords } from '../given-value';
import { Target } from '../kuberay-versions';
import { isAtLeast } from '../versions';

/**
 * `error`: the API server or the operator would refuse or silently misread the object; stops synth.
 * `advice`: cost, safety or cold start; may be acknowledged with a reason.
 */
export type Severity = 'error' | 'advice';

/** A fact about a kind of object, checked before the object leaves the machine. */
export interface Rule<Subject> {
  /** `FAMILY-NUMBER`; never reused. */
  readonly id: string;
  /** What must hold, in a sentence. */
  readonly title: string;
  readonly severity: Severity;
  /** KubeRay release from which on the rule holds. Absent: any. */
  readonly since?: string;
  /** Where the fact was read. */
  readonly source: string;
  /** What happens to an object that breaks it. */
  readonly why: string;
  /** Why the API server and the operator of the test bed say nothing of an object that breaks it. Absent: they do, and a test sees it. */
  readonly unconfirmed?: string;
  readonly check: (subject: Subject, target: Target) => Violation[];
}

/** One place at which an object breaks a rule. */
export interface Violation {
  /** Path of the field below the subject. */
  readonly at: string;
  readonly got: unknown;
  readonly expected: string;
  readonly fix: string;
}

/** A violation and the rule it breaks. */
export interface Finding extends Violation {
  readonly id: string;
  readonly severity: Severity;
  readonly why: string;
}

/** Checks a subject against all rules that hold for the target, in their order. */
export function findings<Subject>(rules: readonly Rule<Subject>[], subject: Subject, target: Target): Finding[] {
  const found: Finding[] = []; // a loop: nearly all rules find nothing, and lists of nothing took a tenth of synth's checks
  for (const { id, severity, since, why, check } of rules) {
    if (since === undefined || isAtLeast(target.kuberay, since)) {
      check(subject, target).forEach((violation) => found.push({ id, severity, why, ...violation }));
    }
  }
  return found;
}

/** The same findings, where what was checked is a part of something larger. */
export function below(part: string, found: Finding[]): Finding[] {
  return found.map((finding) => ({ ...finding, at: finding.at.startsWith('metadata.') ? finding.at : `${part}.${finding.at}` }));
}

/**
 * Says what is wrong, why it matters and how to mend it.
 *
 * @param finding what was found
 * @param path construct path, where whoever prints the text doesn't add it
 */
export function describe(finding: Finding, path?: string): string {
  const place = [path, finding.at].filter((part) => part).join(': ');
  return [
    `${place}: got ${inWords(finding.got)}, expected ${finding.expected}.`,
    `  ${finding.why}`,
    `  Fix: ${finding.fix}   [${finding.id}, docs/rules.md#${finding.id.toLowerCase()}]`,
  ].join('\n');
}
