import { ExitCode } from '../../submitter/exit-code';
import { describeStop } from '../format';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { runHere } from '../run-here';
import { stopAnywhere } from '../stop-run';

/** `geneva-stack stop RUN` */
export async function stopCommand(io: Io, typed: string, options: RunHeadOptions): Promise<ExitCode> {
  const { record, report } = await stopAnywhere(runHere(io, typed), options);
  io.result(report, () => describeStop(report, record.spec.job.kind));
  return ExitCode.OK;
}
