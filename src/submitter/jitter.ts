/** A pause of about that length: many submitters must not come back in step. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random());
}
