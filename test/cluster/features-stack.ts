import { spawn } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { KubeObject } from './kubernetes-client';
import { BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, KubeRayVersion, RayImage, RunClusterOptions, WorkspaceBundle } from '../../src';
import { Ended } from '../submitter/local-stack';
import { temporaryDirectory, tree } from '../temporary-directory';

const CLI = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');

/** The image that the table of images knows. */
export const IMAGE = 'rayproject/ray:2.60.0-py311';

/** Who submits in the tests, with no rights but those that the environment gives. */
export const SUBMITTER = { namespace: 'features', name: 'submitter' };

/** A command that goes on. `kill` ends it with SIGKILL. */
export interface StartedCommand {
  readonly ended: Promise<Ended>;
  said(): string;
  kill(): void;
}

/** How a stack differs from the usual one. */
export interface FeaturesStackOptions {
  /** Memory of each worker. Another number is another RayCluster. */
  readonly workerGib?: number;
  /** One whose machine, with the records of its runs, this is of, too. */
  readonly sameMachine?: FeaturesStack;
  /** Limits of clusters that runs have of their own. Absent: no job has them. */
  readonly runClusters?: RunClusterOptions;
}

/** The slow one takes its time for each text: workers have to come, be killed and come again meanwhile. */
const FUNCTIONS = `
import time

def length(text: str) -> int:
    return len(text)

def slow_length(text: str) -> int:
    time.sleep(0.02)
    return len(text)
`;

/** A synthesized environment with a job for a quick function and for a slow one, and the command line on it. */
export class FeaturesStack {
  public readonly objects: KubeObject[];
  private readonly directory = temporaryDirectory();
  private readonly state: string;

  /** @param table URL of a table with a column `text` */
  constructor(table: string, bucket: string, { workerGib = 2, sameMachine, runClusters }: FeaturesStackOptions = {}) {
    this.state = sameMachine?.state ?? join(this.directory, 'state');
    const workspace = tree({ 'features/__init__.py': '', 'features/text.py': FUNCTIONS }, join(this.directory, 'workspace'));
    const app = new App({ outdir: join(this.directory, 'dist') });
    const chart = new Chart(app, 'features');
    const env = new ComputeEnvironment(chart, 'features', {
      image: RayImage.fromRegistry(IMAGE, { rayVersion: '2.60.0', pythonVersion: '3.11' }),
      headPool: HeadNodePool.fromLabelledNodes({ nodeCpu: 64 }),
      kuberay: KubeRayVersion.V1_6,
      runClusters,
      workspace: new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(workspace)], store: BundleStore.s3(bucket, 'bundles') }),
    });
    env.addWorkerGroup('cpu', { cpu: 1, memory: Size.gibibytes(workerGib), maxReplicas: 2, idleTimeout: Duration.seconds(10) });
    env.addBackfill('lengths', { table, column: 'length', udf: 'features.text:length', workerGroup: 'cpu', concurrency: 2 });
    env.addBackfill('slow-lengths', { table, column: 'slow', udf: 'features.text:slow_length', workerGroup: 'cpu', concurrency: 2 });
    if (runClusters) {
      const own = { table, workerGroup: 'cpu', concurrency: 1, clusterPerRun: true };
      env.addBackfill('own-lengths', { ...own, column: 'own_length', udf: 'features.text:length' });
      env.addBackfill('slow-own-lengths', { ...own, column: 'slow_own_length', udf: 'features.text:slow_length' });
    }
    env.addSubmitters({ users: [`system:serviceaccount:${SUBMITTER.namespace}:${SUBMITTER.name}`], portForward: true });
    app.synth();
    this.objects = parseAllDocuments(readFileSync(join(this.directory, 'dist', 'features.k8s.yaml'), 'utf8')).map((document) => document.toJS() as KubeObject);
  }

  /** The object of a kind of which there is one. */
  public object(kind: string): KubeObject {
    return this.objects.find((object) => object.kind === kind)!;
  }

  /** Runs a command to its end, as whoever the kubeconfig says. It may take minutes, for which nothing here may stand still: connections end meanwhile. */
  public async run(kubeconfig: string, ...args: string[]): Promise<Ended> {
    return this.start(kubeconfig, ...args).ended;
  }

  /** Starts a command. */
  public start(kubeconfig: string, ...args: string[]): StartedCommand {
    return this.startAt(this.state, kubeconfig, args);
  }

  /** Starts a command on another machine, which knows nothing of what was submitted from this one. */
  public startElsewhere(kubeconfig: string, ...args: string[]): StartedCommand {
    return this.startAt(temporaryDirectory(), kubeconfig, args);
  }

  private startAt(state: string, kubeconfig: string, args: string[]): StartedCommand {
    const child = spawn(process.execPath, [CLI, ...args, '--target', 'cluster', '--kubeconfig', kubeconfig], { env: this.env(state), cwd: this.directory });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    return { ended, said: () => stderr, kill: () => child.kill('SIGKILL') };
  }

  private env(state: string): NodeJS.ProcessEnv {
    return { ...process.env, GENEVA_STACK_STATE: state, CI: 'true', KUBECONFIG: undefined };
  }
}
