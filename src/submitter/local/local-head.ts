import { spawn } from 'child_process';
import { randomBytes } from 'crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { writeDurably } from '../durable-file';
import { ExitCode } from '../exit-code';
import { withLock } from '../file-lock';
import { lastLine } from '../last-line';
import { NoContactError } from '../no-contact';
import { livingNodes } from '../plan/ray-nodes';
import { RayJobsClient } from '../ray-jobs';
import { SubmitterError } from '../submitter-error';
import { readToken } from '../token';
import { freePorts } from './free-port';
import { ManagedEnvironment } from './managed-environment';
import { isHead, killTree } from './process-tree';

/** A Ray head on this machine that we started. */
export interface LocalHead {
  readonly address: string;
  /** File that holds the token, readable by its owner only. */
  readonly tokenPath: string;
  readonly pid: number;
  readonly temporaryDirectory: string;
  readonly environment: string;
  readonly startedAt: string;
  /** When it was first ready for a job. Absent: it is still starting. */
  readonly readyAt?: string;
}

/** How to start one. */
export interface LocalUpOptions {
  readonly stateDirectory: string;
  /** CPUs that Ray may use. @default all of the machine's */
  readonly cpus?: number;
}

/** A head that takes longer is stuck; measured: 5 to 18 s, and 30 s to 120 s on a machine with ten things to do on each CPU. */
const START_MS = 240_000;

/** Ray gives up when its node is not there within 30 s, which no setting changes; the next time, its files are in memory. */
const TRIES = 2;

const HEAD_LOG = 'head.log';

/** The head that `local up` started and that still runs, if any. */
export function localHead(stateDirectory: string): LocalHead | undefined {
  const head = recorded(stateDirectory);
  return head && isHead(head.pid, head.temporaryDirectory) ? head : undefined;
}

/**
 * Starts a Ray head with token authentication, its dashboard on the loopback address only, or finds the one that runs.
 *
 * @throws SubmitterError LOCAL_HEAD_FAILED
 */
export async function localUp(environment: ManagedEnvironment, options: LocalUpOptions): Promise<{ head: LocalHead; isNew: boolean }> {
  return withLock(join(options.stateDirectory, 'local-head.lock'), async () => {
    const running = localHead(options.stateDirectory);
    if (running) { return { head: running, isNew: false }; }
    await localDown(options.stateDirectory); // what a crash left
    const head = await started(environment, options, TRIES);
    const ready = { ...head, readyAt: new Date().toISOString() };
    record(options.stateDirectory, ready);
    return { head: ready, isNew: true };
  });
}

async function started(environment: ManagedEnvironment, options: LocalUpOptions, tries: number): Promise<LocalHead> {
  const prepared = await prepare(environment, options);
  record(options.stateDirectory, prepared.head);
  const head = start(environment, prepared);
  record(options.stateDirectory, head);
  try {
    await untilReady(head);
    return head;
  } catch (error) {
    const hasEnded = !isHead(head.pid, head.temporaryDirectory);
    await localDown(options.stateDirectory);
    if (hasEnded && tries > 1) { return started(environment, options, tries - 1); }
    throw error;
  }
}

/** Ends the local head and all that it started. Resolves to whether there was one. */
export async function localDown(stateDirectory: string): Promise<boolean> {
  const head = recorded(stateDirectory);
  if (!head) { return false; }
  const ended = await killTree(head.temporaryDirectory);
  rmSync(head.temporaryDirectory, { recursive: true, force: true });
  rmSync(statePath(stateDirectory), { force: true });
  return ended > 0;
}

/** A head that is about to start: recorded before it exists, so that a crash in between leaves nothing behind for ever. */
interface PreparedHead {
  readonly head: LocalHead;
  readonly args: string[];
  readonly metricPorts: { readonly monitor: number; readonly dashboard: number };
}

async function prepare(environment: ManagedEnvironment, options: LocalUpOptions): Promise<PreparedHead> {
  // Ray's sockets live below it, and a socket's path is limited to some 100 characters.
  const temporaryDirectory = mkdtempSync(join(existsSync('/tmp') ? '/tmp' : tmpdir(), 'geneva-'));
  const tokenPath = join(temporaryDirectory, 'token');
  writeFileSync(tokenPath, randomBytes(32).toString('hex'), { mode: 0o600 });
  const [port, client, agent, agentGrpc, metrics, monitor, dashboard] = await freePorts(7);
  const args = [
    'start', '--head', '--block', '--port=0', '--disable-usage-stats', '--dashboard-host=127.0.0.1', `--dashboard-port=${port}`,
    `--ray-client-server-port=${client}`, `--dashboard-agent-listen-port=${agent}`, `--dashboard-agent-grpc-port=${agentGrpc}`,
    `--metrics-export-port=${metrics}`, `--temp-dir=${temporaryDirectory}`, ...(options.cpus ? [`--num-cpus=${options.cpus}`] : []),
  ];
  const head = { address: `http://127.0.0.1:${port}`, tokenPath, pid: 0, temporaryDirectory, environment: environment.directory, startedAt: new Date().toISOString() };
  return { head, args, metricPorts: { monitor, dashboard } };
}

function start(environment: ManagedEnvironment, prepared: PreparedHead): LocalHead {
  const { temporaryDirectory } = prepared.head;
  const log = openSync(join(temporaryDirectory, HEAD_LOG), 'w', 0o600);
  try {
    const child = spawn(join(environment.bin, 'ray'), prepared.args, {
      detached: true, // it outlives this command, and Ctrl-C here is not for it
      stdio: ['ignore', log, log],
      cwd: temporaryDirectory,
      env: headEnvironment(environment, prepared),
    });
    child.on('error', () => undefined); // untilReady tells it
    child.unref();
    return { ...prepared.head, pid: child.pid ?? 0 };
  } finally {
    closeSync(log);
  }
}

function headEnvironment(environment: ManagedEnvironment, { head, metricPorts }: PreparedHead): NodeJS.ProcessEnv {
  const { RAY_ADDRESS, RAY_AUTH_TOKEN, PYTHONPATH, PYTHONHOME, ...rest } = process.env; // another cluster's, another Python's
  return {
    ...rest,
    PATH: `${environment.bin}${delimiter}${process.env.PATH ?? ''}`, // jobs resolve `python` through it
    VIRTUAL_ENV: environment.directory,
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN_PATH: head.tokenPath,
    RAY_USAGE_STATS_ENABLED: '0',
    AUTOSCALER_METRIC_PORT: `${metricPorts.monitor}`,
    DASHBOARD_METRIC_PORT: `${metricPorts.dashboard}`,
  };
}

async function untilReady(head: LocalHead): Promise<void> {
  const client = new RayJobsClient(head.address, readToken(head.tokenPath));
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (await answers(client) && (await livingNodes(client) ?? []).length > 0) { return; } // the dashboard answers before Ray has its node, without which it ends
    if (!isHead(head.pid, head.temporaryDirectory)) { break; }
    await sleep(100);
  }
  throw new SubmitterError('LOCAL_HEAD_FAILED', ExitCode.NOT_READY, `the Ray head did not start: ${lastWords(join(head.temporaryDirectory, HEAD_LOG))}`,
    'free memory or disk space on this machine and try again; geneva-stack doctor checks the rest');
}

async function answers(client: RayJobsClient): Promise<boolean> {
  try {
    await client.version();
    return true;
  } catch (error) {
    if (!(error instanceof NoContactError)) { throw error; }
    return false;
  }
}

function lastWords(path: string): string {
  return lastLine(readFileSync(path, 'utf8')).slice(0, 500) || 'it printed nothing';
}

function record(stateDirectory: string, head: LocalHead): void {
  writeDurably(statePath(stateDirectory), `${JSON.stringify(head, null, 2)}\n`);
}

function recorded(stateDirectory: string): LocalHead | undefined {
  try {
    return JSON.parse(readFileSync(statePath(stateDirectory), 'utf8')) as LocalHead;
  } catch {
    return undefined; // none was started
  }
}

function statePath(stateDirectory: string): string {
  return join(stateDirectory, 'local-head.json');
}
