import { ExitCode } from '../../submitter/exit-code';
import { historyOf } from '../connection';
import { describeRun } from '../format';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { runHere } from '../run-here';

/** `geneva-stack status RUN` */
export async function statusCommand(io: Io, typed: string, options: RunHeadOptions): Promise<ExitCode> {
  const { report } = await historyOf(runHere(io, typed), options);
  io.result(report, () => describeRun(report));
  return report.exitCode;
}
