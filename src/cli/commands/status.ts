import { ExitCode } from '../../submitter/exit-code';
import { historyOf } from '../connection';
import { describeRun } from '../format';
import { Io } from '../io';
import { RunHeadOptions } from '../options';

/** `geneva-stack status RUN` */
export async function statusCommand(io: Io, run: string, options: RunHeadOptions): Promise<ExitCode> {
  const { report } = await historyOf(run, options);
  io.result(report, () => describeRun(report));
  return report.exitCode;
}
