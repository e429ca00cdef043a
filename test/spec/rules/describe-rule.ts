import { Target } from '../../../src/spec/kuberay-versions';
import { findings, Rule } from '../../../src/spec/rules/rule';

const LATEST: Target = { kuberay: '1.7' };

/** The cases of one rule. */
export interface RuleCase<Subject> {
  readonly rule: Rule<Subject>;
  readonly passes: Subject;
  readonly fails: Subject;
  /** Where the failing subject is wrong. */
  readonly at: string;
  /** @default KubeRay 1.7 */
  readonly target?: Target;
  /** @default KubeRay 1.7 */
  readonly passingTarget?: Target;
}

/** Registers the tests of a table of rules, and one that no rule of the catalogue lacks a case. */
export function describeRules<Subject>(catalogue: readonly Rule<Subject>[], cases: RuleCase<Subject>[]): void {
  test.each(catalogue.map((rule) => [rule.id, rule] as const))('%s has a case', (_id, rule) => {
    expect(cases.map((ruleCase) => ruleCase.rule)).toContain(rule);
  });

  describe.each(cases.map((ruleCase) => [ruleCase.rule.id, ruleCase] as const))('%s', (_id, { rule, passes, fails, at, target = LATEST, passingTarget = LATEST }) => {
    test('passes what is right', () => {
      expect(findings([rule], passes, passingTarget)).toEqual([]);
    });
    test('finds what is wrong, where it is wrong', () => {
      expect(findings([rule], fails, target).map((finding) => finding.at)).toEqual([at]);
    });
  });
}
