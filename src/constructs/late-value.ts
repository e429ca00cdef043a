/**
 * Whether a value is told at synth only, or by whoever installs what was synthesized: nobody can check it before.
 *
 * A `Lazy` and other tokens of cdk8s, texts in which the AWS CDK hides its own, and templates of a Helm chart.
 */
export function isLate(value: unknown): boolean {
  if (typeof value === 'string') { return value.includes('${Token[') || value.includes('{{'); }
  return typeof value === 'object' && value !== null && ('produce' in value || 'resolve' in value);
}
