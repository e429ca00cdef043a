import { ExitCode } from '../../submitter/exit-code';
import { followRun } from '../../submitter/follow-run';
import { RunProgress } from '../../submitter/run-progress';
import { openRun } from '../connection';
import { followed } from '../followed';
import { Io } from '../io';
import { TargetOptions, targetOf } from '../options';
import { ProgressView } from '../progress-view';

/** `geneva-stack attach RUN` */
export async function attachCommand(io: Io, run: string, options: TargetOptions & { contactTimeout: number }): Promise<ExitCode> {
  const { client, store, record } = await openRun(run, options);
  const view = new ProgressView(io);
  const progress = RunProgress.of(record);
  return followed(io, view, targetOf(options), () => run, (signal) =>
    followRun(record, { client, store, progress, listener: view.listener(), contactTimeoutMs: options.contactTimeout, signal }));
}
