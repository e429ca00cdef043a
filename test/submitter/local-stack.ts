import { execFileSync, spawn, spawnSync } from 'child_process';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { STACK } from './sample';
import { planBundle } from '../../src/bundler/plan';
import { writePlanFile } from '../../src/bundler/plan-file';
import { JobDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL } from '../../src/descriptor/stack-descriptor';
import { RunReport } from '../../src/submitter/run-report';

const CLI = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');

/** How a `geneva-stack` ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A synthesized stack without cdk8s, and the command line on it. */
export class LocalStack {
  private readonly env: NodeJS.ProcessEnv;

  constructor(private readonly directory: string, workspace: string, jobs: JobDescriptor[], stateDirectory: string) {
    const plan = planBundle({ roots: [{ kind: 'workspace', path: workspace }] });
    writePlanFile(directory, plan);
    const bundle = { digest: plan.digest, store: `file://${join(directory, 'store')}/` };
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stack', labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } },
      data: { [STACK_DESCRIPTOR_KEY]: JSON.stringify({ ...STACK, bundle, jobs }) },
    };
    writeFileSync(join(directory, 'stack.json'), JSON.stringify(configMap));
    this.env = { ...process.env, GENEVA_STACK_STATE: stateDirectory };
  }

  /** Runs a command to its end. */
  public run(...args: string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { env: this.env, encoding: 'utf8', cwd: this.directory });
    return { code: status, stdout, stderr };
  }

  /** Runs a command with `--output json` and returns what it prints. */
  public json<T = RunReport>(...args: string[]): T {
    return JSON.parse(this.run(...args, '--output', 'json').stdout) as T;
  }

  /** Starts a command. `kill` ends it with SIGKILL. */
  public start(...args: string[]): { readonly ended: Promise<Ended>; kill(): void; interrupt(): void; said(text: string): Promise<void> } {
    const child = spawn(process.execPath, [CLI, ...args], { env: this.env, cwd: this.directory });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    const said = (text: string) => new Promise<void>((resolve, reject) => {
      const look = () => { if (stderr.includes(text)) { resolve(); } };
      child.stderr.on('data', look);
      child.on('close', () => (stderr.includes(text) ? resolve() : reject(new Error(`ended without saying ${text}: ${stderr}`))));
      look();
    });
    return { ended, said, kill: () => child.kill('SIGKILL'), interrupt: () => child.kill('SIGINT') };
  }
}

/** Runs a Python program and parses what it prints as JSON. */
export function python<T>(executable: string, program: string, ...args: string[]): T {
  return JSON.parse(execFileSync(executable, ['-c', program, ...args], { env: process.env, encoding: 'utf8' })) as T;
}
