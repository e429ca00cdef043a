import { firstOf } from './amounts';
import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';

/** More than these are too many to choose from in a message. */
const MOST_NAMES = 10;

/**
 * The run whose id is, or begins with, what was typed. Undefined: none of these.
 *
 * @throws SubmitterError RUN_AMBIGUOUS when several begin so
 */
export function runMeant(typed: string, known: readonly string[]): string | undefined {
  if (known.includes(typed)) { return typed; }
  if (typed === '') { return undefined; }
  const meant = known.filter((run) => run.startsWith(typed)).sort();
  if (meant.length < 2) { return meant[0]; }
  throw new SubmitterError('RUN_AMBIGUOUS', ExitCode.USAGE,
    `${JSON.stringify(typed)} is the beginning of ${meant.length} runs: ${firstOf(meant, MOST_NAMES)}`, 'give more of the id');
}
