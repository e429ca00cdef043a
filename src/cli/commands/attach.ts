import { ExitCode } from '../../submitter/exit-code';
import { followRun } from '../../submitter/follow-run';
import { followWithCluster } from '../../submitter/follow-with-cluster';
import { RunProgress } from '../../submitter/run-progress';
import { watchOf } from '../../submitter/watch-cluster';
import { openRun, ownClusterOf } from '../connection';
import { followed } from '../followed';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { ProgressView } from '../progress-view';
import { runHere } from '../run-here';

/** `geneva-stack attach RUN` */
export async function attachCommand(io: Io, typed: string, options: RunHeadOptions & { contactTimeout: number }): Promise<ExitCode> {
  const { client, store, record, target } = await openRun(runHere(io, typed), options);
  const view = new ProgressView(io);
  const progress = RunProgress.of(record);
  const listener = view.listener();
  const watch = watchOf(target, progress, listener);
  watch?.beganAt(new Date(record.createdAt));
  const ownCluster = ownClusterOf(record, target);
  return followed(io, view, target, () => record.run, (signal) => {
    const how = { client, store, progress, listener, watch, contactTimeoutMs: options.contactTimeout, signal };
    return (ownCluster ? followWithCluster(record, ownCluster, how) : followRun(record, how)).finally(() => watch?.stop());
  });
}
