import { resolve } from 'path';
import { ExitCode } from '../../submitter/exit-code';
import { runPage } from '../../submitter/report/run-page';
import { historyOf } from '../connection';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { writePage } from '../page-file';
import { runHere } from '../run-here';

/** `geneva-stack report RUN`: what `--output` names is the page, here. */
export async function reportCommand(io: Io, typed: string, options: RunHeadOptions & { output?: string }): Promise<ExitCode> {
  const history = await historyOf(runHere(io, typed), options);
  const { run } = history.record;
  const path = options.output ?? `${run}.html`;
  writePage('--output', path, runPage(history));
  io.result({ run, report: resolve(path) }, () => `wrote ${path}`);
  return ExitCode.OK;
}
