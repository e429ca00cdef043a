import { ProgressView } from './progress-view';
import { ExitCode } from '../submitter/exit-code';

/** Runs work that Ctrl-C stops at once, cleanly: nothing half-written stays behind. */
export async function untilInterrupted(view: ProgressView, work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) { throw error; }
    view.print('stopped; what was published whole stays, the next publish goes on from there');
    return ExitCode.DETACHED;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
