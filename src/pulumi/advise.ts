import { log, Output, Resource } from '@pulumi/pulumi';

/**
 * Prints what rules advise beside the component that they advise on, in preview and in up, as soon as its inputs are known.
 *
 * @param component what is advised on
 * @param plan what its inputs come to
 */
export function advise(component: Resource, plan: Output<{ readonly advice: readonly string[] }>): void {
  plan.apply(({ advice }) => advice.forEach((text) => void log.warn(text, component)));
}
