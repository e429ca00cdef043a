import { ExitCode } from '../../submitter/exit-code';
import { reportOf } from '../../submitter/runs';
import { openRun } from '../connection';
import { describeRun } from '../format';
import { Io } from '../io';
import { TargetOptions } from '../options';

/** `geneva-stack status RUN` */
export async function statusCommand(io: Io, run: string, options: TargetOptions): Promise<ExitCode> {
  const { client, record } = await openRun(run, options);
  const report = await reportOf(record, client);
  io.result(report, () => describeRun(report));
  return report.exitCode;
}
