import { Io } from './io';
import { runMeant } from '../submitter/run-meant';
import { RunStore } from '../submitter/run-store';
import { stateDirectory } from '../submitter/state-directory';

/**
 * The id of the run that was meant by the beginning of one, among those of this machine; says which one it is.
 *
 * What no run here begins with stays as it was typed: the head may know more.
 */
export function runHere(io: Io, typed: string): string {
  const run = runMeant(typed, new RunStore(stateDirectory()).names()) ?? typed;
  if (run !== typed) { io.say(`run ${run}`); }
  return run;
}
