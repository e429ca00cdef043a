import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';
import { closest } from '../spec/closest';

/**
 * The error for a run that is not there.
 *
 * @param known ids of the runs that are
 * @param where it was looked for
 * @param otherwise what to do where none of them is near enough to be meant
 */
export function runUnknown(run: string, known: readonly string[], where: string, otherwise: string): SubmitterError {
  const near = closest(run, known);
  return new SubmitterError('RUN_UNKNOWN', ExitCode.USAGE, `no run ${JSON.stringify(run)} ${where}`, near ? `did you mean ${near}?` : otherwise);
}
