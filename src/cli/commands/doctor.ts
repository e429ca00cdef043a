import { doctor } from '../../submitter/doctor';
import { ExitCode } from '../../submitter/exit-code';
import { stateDirectory } from '../../submitter/state-directory';
import { Io } from '../io';
import { TargetOptions } from '../options';

/** `geneva-stack doctor` */
export async function doctorCommand(io: Io, options: TargetOptions & { stack: string; python?: string }): Promise<ExitCode> {
  const checks = [];
  for await (const check of doctor({ ...options, stateDirectory: stateDirectory() })) {
    checks.push(check);
    io.event(check);
    if (io.mode === 'text') { process.stdout.write(`${check.ok ? 'ok  ' : 'FAIL'} ${check.name}: ${check.found}${check.ok ? '' : `\n     Fix: ${check.fix}`}\n`); }
    if (io.verbose && check.trace) { io.say(check.trace); }
  }
  if (io.mode === 'json') { io.result(checks, () => ''); }
  return checks.every(({ ok }) => ok) ? ExitCode.OK : ExitCode.NOT_READY;
}
