import { ExitCode } from '../../submitter/exit-code';
import { openStack } from '../../submitter/kubernetes/stack-config-map';
import { applyOverrides, waiting } from '../../submitter/overrides';
import { findJob } from '../../submitter/stack';
import { stateDirectory } from '../../submitter/state-directory';
import { submit } from '../../submitter/submit';
import { followed } from '../followed';
import { describeEnd } from '../format';
import { Io } from '../io';
import { TargetOptions, targetOf } from '../options';
import { ProgressView } from '../progress-view';

/** Options of `geneva-stack submit`. */
export interface SubmitOptions extends TargetOptions {
  readonly stack: string;
  readonly detach?: boolean;
  readonly set: string[];
  readonly wait?: boolean;
  readonly runKey?: string;
  readonly rerun?: boolean;
  readonly attempts: number;
  /** Milliseconds. */
  readonly contactTimeout: number;
  /** Milliseconds. */
  readonly headTimeout: number;
}

/** `geneva-stack submit JOB` */
export async function submitCommand(io: Io, jobName: string, options: SubmitOptions): Promise<ExitCode> {
  const stack = await openStack(options.stack, options);
  const changed = applyOverrides(findJob(stack.descriptor, jobName), options.set);
  const job = options.wait ? waiting(changed) : changed;
  const target = await targetOf(options, stack);
  const view = new ProgressView(io);
  let run: string | undefined;
  const request = {
    stack,
    job,
    target,
    stateDirectory: stateDirectory(),
    runKey: options.runKey,
    rerun: options.rerun === true,
    attempts: options.attempts,
    contactTimeoutMs: options.contactTimeout,
    headTimeoutMs: options.headTimeout,
  };
  const onRun = (id: string, isNew: boolean) => {
    run = id;
    view.print(`${isNew ? 'run' : 'going on with run'} ${id}`);
  };
  if (options.detach) {
    const report = await submit({ ...request, detach: true }, { ...view.listener(), onRun });
    view.clear();
    io.result(report, () => `${describeEnd(report)}\nfollow it with: geneva-stack attach ${report.run}`);
    return report.exitCode;
  }
  return followed(io, view, target, () => run, (signal) => submit({ ...request, detach: false, signal }, { ...view.listener(), onRun }));
}
