import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';
import { closest } from '../spec/closest';

/** The error for a run that this machine has no record of, and of which nobody else here could know: no Ray head runs. */
export function runUnknownHere(run: string, known: readonly string[]): SubmitterError {
  const near = closest(run, known);
  return new SubmitterError('RUN_UNKNOWN', ExitCode.USAGE, `no run ${JSON.stringify(run)} on this machine, on which no Ray head runs that could know more`,
    near ? `did you mean ${near}?` : 'geneva-stack list shows the runs of this machine; --target names another head');
}
