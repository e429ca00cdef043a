import { ExitCode } from '../../submitter/exit-code';
import { followRun } from '../../submitter/follow-run';
import { RunProgress } from '../../submitter/run-progress';
import { watchOf } from '../../submitter/submit';
import { openRun } from '../connection';
import { followed } from '../followed';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { ProgressView } from '../progress-view';

/** `geneva-stack attach RUN` */
export async function attachCommand(io: Io, run: string, options: RunHeadOptions & { contactTimeout: number }): Promise<ExitCode> {
  const { client, store, record, target } = await openRun(run, options);
  const view = new ProgressView(io);
  const progress = RunProgress.of(record);
  const listener = view.listener();
  const watch = watchOf(target, progress, listener);
  watch?.beganAt(new Date(record.createdAt));
  return followed(io, view, target, () => run, (signal) =>
    followRun(record, { client, store, progress, listener, watch, contactTimeoutMs: options.contactTimeout, signal }).finally(() => watch?.stop()));
}
