import { Construct, IConstruct } from 'constructs';
import { acknowledge, acknowledgedIds } from './acknowledgements';
import { requireKubeRay } from './kuberay-option';
import { KubeRayVersion } from './kuberay-version';
import { checkRawObjects } from './raw-objects';
import { checkAtSynth, checkFindingsAtSynth, openAdviceBelow } from './synth-checks';
import { targetOf } from './target';
import { invalidValue } from '../spec/invalid-value';
import * as catalogue from '../spec/rules/catalogue';
import { checkAcknowledgements } from '../spec/rules/check';
import { Rule } from '../spec/rules/rule';

/**
 * The rules that everything synthesized is checked against; `docs/rules.md` lists them.
 *
 * Errors stop synth. Advice, on safety, cost and cold starts, is printed to stderr once, and goes quiet when it is acknowledged.
 */
export class Rules {
  /**
   * Takes advice note of, so that it is printed no more: at a construct and at all below it.
   *
   * An acknowledgement that matches nothing is itself advice.
   *
   * @param scope the construct that the advice names, or one above it
   * @param id id of the rule, such as `COST-01`
   * @param reason why it is as it is, for whoever reads the program
   * @throws when the rule is an error, when there is no such rule, or when the reason is empty
   */
  public static acknowledge(scope: Construct, id: string, reason: string): void {
    requireAdvice(scope, id);
    if (typeof reason !== 'string' || reason.trim() === '') {
      const fix = `Rules.acknowledge(construct, '${id}', 'why it is as it is')`;
      throw invalidValue({ path: scope.node.path, at: `Rules.acknowledge('${id}')`, got: reason, expected: 'a reason', fix });
    }
    if (acknowledgedIds(scope).length === 0) {
      checkFindingsAtSynth(scope, (found) => checkAcknowledgements({ ids: acknowledgedIds(scope), found }, targetOf(undefined)));
    }
    acknowledge(scope, { id, reason });
  }

  /**
   * The advice at a construct and below it that nobody acknowledged: what synth prints, for a test that wants none.
   *
   * @param scope the construct, such as the app
   */
  public static advice(scope: IConstruct): string[] {
    return openAdviceBelow(scope);
  }

  /**
   * Checks the RayClusters, RayJobs, RayServices and RayCronJobs that others wrote as well: every `ApiObject` of `ray.io` at a construct and
   * below it that no construct of this library made, patches included.
   *
   * Not done unasked: some rules are stricter than KubeRay, such as that a job has a deadline and takes its cluster away.
   *
   * @param scope the construct, such as a chart
   * @param kuberay the operator that reads them
   * @throws when that is no KubeRayVersion
   */
  public static checkRayObjects(scope: Construct, kuberay: KubeRayVersion = KubeRayVersion.V1_7): void {
    requireKubeRay(scope.node.path, 'Rules.checkRayObjects kuberay', kuberay);
    checkAtSynth(scope, () => checkRawObjects(scope, targetOf(kuberay)));
  }

  private constructor() {}
}

function requireAdvice(scope: Construct, id: string): void {
  const rules: Rule<never>[] = Object.values(catalogue).flat();
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule?.severity === 'advice') {
    return;
  }
  const advice = rules.filter(({ severity }) => severity === 'advice').map((candidate) => candidate.id).sort().join(', ');
  throw invalidValue({
    path: scope.node.path,
    at: 'Rules.acknowledge',
    got: id,
    expected: rule ? `advice: ${id} is an error, "${rule.title}"` : `one of ${advice}`,
    fix: rule ? 'mend what it finds; errors can\'t be acknowledged' : 'copy the id from the message, where it stands in brackets',
  });
}
