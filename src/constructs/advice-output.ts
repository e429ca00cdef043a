/** Prints advice to stderr: stdout belongs to `cdk8s synth --stdout`. */
export function printAdvice(text: string): void {
  process.stderr.write(`${text}\n`);
}
