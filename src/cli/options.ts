import { Command, InvalidArgumentError, Option } from 'commander';
import { Io, OutputMode } from './io';
import { WAYS, Way } from '../submitter/kubernetes/cluster-name';
import { openStack } from '../submitter/kubernetes/stack-config-map';
import { Stack } from '../submitter/stack';
import { stateDirectory } from '../submitter/state-directory';
import { Target, resolveTarget } from '../submitter/target';

const MODES: readonly OutputMode[] = ['text', 'json', 'ndjson'];

/** Options that every command has. */
export interface CommonOptions {
  readonly output: OutputMode;
  readonly verbose?: boolean;
}

/** Options that say which Ray head. */
export interface HeadOptions {
  readonly target: string;
  readonly allowPlainHttp?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly via?: Way;
  /** Where a run was submitted to, when its environment has another cluster by now. Not an option of the command line. */
  readonly rayCluster?: string;
  /** Of which environment target `cluster` is. */
  readonly stack?: string;
}

/** The same of the commands that are about a run: this machine may know where it is. */
export type RunHeadOptions = Partial<HeadOptions>;

/** Options of the commands that talk to a Ray head. */
export interface TargetOptions extends CommonOptions, HeadOptions {}

/** Adds the options of every command. */
export function common(command: Command): Command {
  return verbose(command.addOption(new Option('--output <mode>', 'how results are printed on stdout').choices(MODES).default('text')));
}

/** Adds the option of every command, and of those whose `--output` is a file. */
export function verbose(command: Command): Command {
  return command.option('--verbose', 'print the stack trace of an error');
}

/** Adds the options of the commands that talk to a Ray head. */
export function withTarget(command: Command): Command {
  return withHead(common(command), 'local');
}

/** Adds the argument and the options of the commands that are about a run. */
export function withRun(command: Command): Command {
  return withHead(command.argument('<run>', 'id of a run, or how it begins')).option('--stack <path>', 'with --target cluster: its stack', 'dist');
}

function withHead(command: Command, target?: string): Command {
  return command
    .option('--target <target>', `local, cluster, or the URL of a Ray dashboard${target === undefined ? '; default: where the run was submitted from here, else local' : ''}`, target)
    .option('--allow-plain-http', 'send the token over plain http to another host')
    .option('--kubeconfig <path>', 'for what is in a cluster; default: as kubectl finds it')
    .option('--context <name>', 'context of the kubeconfig; default: the current one')
    .addOption(new Option('--via <way>', 'to a head in a cluster: proxy is that of the API server; default: proxy, or direct in a pod').choices(WAYS));
}

/** Adds the option of the commands that read a stack. */
export function withStack(command: Command): Command {
  return command.option('--stack <path>', 'folder of synthesized manifests, or one file of it, with #ENVIRONMENT where it holds several; or cm://NAMESPACE/NAME in a cluster', 'dist');
}

/** Where a command prints. */
export function ioOf(options: { readonly output?: string; readonly verbose?: boolean }): Io {
  return new Io(MODES.find((mode) => mode === options.output) ?? 'text', options.verbose === true);
}

/** The Ray head that a command talks to. */
export function targetOf(options: HeadOptions, stack?: Stack): Promise<Target> {
  const descriptor = async () => (stack ?? await openStack(options.stack ?? 'dist', options)).descriptor;
  return resolveTarget(options.target, { ...options, stateDirectory: stateDirectory(), descriptor });
}

/** Parses a number of seconds into milliseconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) { throw new InvalidArgumentError('Expected a number of seconds above 0.'); }
  return value * 1000;
}

/** Parses a count. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) { throw new InvalidArgumentError('Expected a whole number of at least 1.'); }
  return value;
}

/** Parses a run key. */
export function runKey(text: string): string {
  if (!/^[A-Za-z0-9_.-]{1,63}$/.test(text)) { throw new InvalidArgumentError('Expected 1 to 63 letters, digits, "-", "_" or ".".'); }
  return text;
}

/** Collects an option that may be given more than once. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
