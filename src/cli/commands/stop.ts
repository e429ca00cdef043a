import { ExitCode } from '../../submitter/exit-code';
import { stopRun } from '../../submitter/stop';
import { openRun } from '../connection';
import { describeStop } from '../format';
import { Io } from '../io';
import { RunHeadOptions } from '../options';

/** `geneva-stack stop RUN` */
export async function stopCommand(io: Io, run: string, options: RunHeadOptions): Promise<ExitCode> {
  const { client, store, record } = await openRun(run, options);
  const report = await stopRun(record, client, store);
  io.result(report, () => describeStop(report, record.spec.job.kind));
  return ExitCode.OK;
}
