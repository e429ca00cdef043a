import { describeEnd } from './format';
import { onInterrupt } from './interrupt';
import { Io } from './io';
import { ProgressView } from './progress-view';
import { stopAnywhere } from './stop-run';
import { ExitCode } from '../submitter/exit-code';
import { RunReport } from '../submitter/run-report';
import { RunStore } from '../submitter/run-store';
import { findRun } from '../submitter/runs';
import { stateDirectory } from '../submitter/state-directory';
import { stopRun } from '../submitter/stop';
import { rayJobsAt, Target } from '../submitter/target';

/** Follows a run and prints its report; Ctrl-C detaches, a second one stops the job. */
export async function followed(
  io: Io, view: ProgressView, target: Target, runOf: () => string | undefined, work: (signal: AbortSignal) => Promise<RunReport>,
): Promise<ExitCode> {
  const interrupt = onInterrupt(() => {
    const run = runOf();
    view.print(run
      ? `detaching; the run goes on. Ctrl-C again within 3 s stops it. To follow it: geneva-stack attach ${run}`
      : 'stopping; nothing was submitted');
    return run !== undefined;
  });
  try {
    const report = await work(interrupt.signal);
    view.clear();
    io.result(report, () => describeEnd(report));
    return report.exitCode;
  } catch (error) {
    view.clear();
    if (!interrupt.signal.aborted) { throw error; }
    const run = runOf();
    return run && interrupt.wantsStop() ? await stop(io, target, run) : ExitCode.DETACHED;
  } finally {
    interrupt.dispose();
  }
}

async function stop(io: Io, target: Target, run: string): Promise<ExitCode> {
  io.say(`stopping ${run}`);
  const client = rayJobsAt(target);
  const store = new RunStore(stateDirectory());
  const hasOwnCluster = store.find(run)?.rayJob !== undefined;
  const report = hasOwnCluster ? (await stopAnywhere(run, {})).report : await stopRun(await findRun(run, client, store, target.name), client, store);
  io.result(report, () => describeEnd(report));
  return report.exitCode;
}
