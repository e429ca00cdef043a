import { ExitCode } from '../../submitter/exit-code';
import { stopRun } from '../../submitter/stop';
import { openRun } from '../connection';
import { Io } from '../io';
import { RunHeadOptions } from '../options';

/** `geneva-stack stop RUN` */
export async function stopCommand(io: Io, run: string, options: RunHeadOptions): Promise<ExitCode> {
  const { client, store, record } = await openRun(run, options);
  const report = await stopRun(record, client, store);
  io.result(report, () => (report.status === 'stopped'
    ? `${run} stopped; its checkpoints are kept, submit ${report.job} again to go on`
    : `${run} had ended already: ${report.status}`));
  return ExitCode.OK;
}
