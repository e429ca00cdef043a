import { join } from 'path';
import { counted } from '../../submitter/amounts';
import { brokenOffAt } from '../../submitter/broken-off';
import { ExitCode } from '../../submitter/exit-code';
import { findInterpreter } from '../../submitter/local/interpreter';
import { LocalHead, localDown, localHead, localUp } from '../../submitter/local/local-head';
import { managedEnvironment } from '../../submitter/local/managed-environment';
import { RunStore } from '../../submitter/run-store';
import { stateDirectory } from '../../submitter/state-directory';
import { Io } from '../io';
import { CommonOptions } from '../options';

/** `geneva-stack local up` */
export async function localUpCommand(io: Io, options: CommonOptions & { python?: string; cpus?: number }): Promise<ExitCode> {
  const environment = await managedEnvironment(findInterpreter(options.python), 'requirements.lock', (text) => io.say(text));
  io.say('starting a Ray head');
  const { head, isNew } = await localUp(environment, { stateDirectory: stateDirectory(), cpus: options.cpus });
  io.result(view(head), () => `${isNew ? 'a Ray head is up' : 'the Ray head was up already'} at ${head.address}\n${pythonText(head)}`);
  return ExitCode.OK;
}

/** `geneva-stack local down` */
export async function localDownCommand(io: Io): Promise<ExitCode> {
  const store = new RunStore(stateDirectory());
  const head = localHead(stateDirectory());
  const ended = await localDown(stateDirectory());
  const brokenOff = head ? await brokenOffAt(head.address, store) : [];
  io.result({ ended, brokenOff }, () => [ended ? 'the Ray head is down' : 'no Ray head was up', ...brokenOffText(brokenOff)].join('\n'));
  return ExitCode.OK;
}

/** `geneva-stack local status` */
export async function localStatusCommand(io: Io): Promise<ExitCode> {
  const head = localHead(stateDirectory());
  io.result(head ? view(head) : null, () => (head ? `a Ray head is up at ${head.address} since ${head.startedAt}\n${pythonText(head)}` : 'no Ray head is up: geneva-stack local up'));
  return head ? ExitCode.OK : ExitCode.NOT_READY;
}

function brokenOffText(runs: readonly string[]): string[] {
  if (runs.length === 0) { return []; }
  return [`${counted(runs.length, 'run')} ${runs.length === 1 ? 'was' : 'were'} under way: ${runs.join(', ')}; the same submit goes on`];
}

/** Beside Ray it has what reads and writes tables: for a look into one. */
function pythonText({ environment }: LocalHead): string {
  return `Python with Lance: ${join(environment, 'bin', 'python')}`;
}

/** All but the process's inner life. */
function view({ address, environment, startedAt, tokenPath }: LocalHead) {
  return { address, environment, startedAt, tokenPath };
}
