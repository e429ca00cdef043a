import { spawn } from 'child_process';
import { join } from 'path';
import { Ended } from '../submitter/local-stack';

const CLI = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');

/** A command that goes on. `kill` ends it with SIGKILL. */
export interface StartedCommand {
  readonly ended: Promise<Ended>;
  said(): string;
  kill(): void;
}

/** From where a command is typed. */
export interface Place {
  readonly directory: string;
  /** Keeps the records of the runs that were submitted there. */
  readonly state: string;
}

/** Starts a `geneva-stack` on a cluster, as whoever the kubeconfig says. It may take minutes, for which nothing may stand still: connections end meanwhile. */
export function startCommand({ directory, state }: Place, kubeconfig: string, args: string[]): StartedCommand {
  const env = { ...process.env, GENEVA_STACK_STATE: state, CI: 'true', KUBECONFIG: undefined };
  const child = spawn(process.execPath, [CLI, ...args, '--target', 'cluster', '--kubeconfig', kubeconfig], { env, cwd: directory });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { ended, said: () => stderr, kill: () => child.kill('SIGKILL') };
}
