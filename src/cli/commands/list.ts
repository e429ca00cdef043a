import { ExitCode } from '../../submitter/exit-code';
import { listRuns } from '../../submitter/runs';
import { open } from '../connection';
import { table } from '../format';
import { Io } from '../io';
import { TargetOptions } from '../options';

/** `geneva-stack list` */
export async function listCommand(io: Io, options: TargetOptions): Promise<ExitCode> {
  const { client, store, target } = await open(options);
  const runs = await listRuns(client, store, target.name);
  const rows = runs.map((run) => [run.run, run.status, String(run.attempts.length), String(run.rows)]);
  io.results(runs, () => (runs.length === 0 ? 'no runs yet: geneva-stack submit JOB' : table([['RUN', 'STATUS', 'ATTEMPTS', 'ROWS'], ...rows])));
  return ExitCode.OK;
}
