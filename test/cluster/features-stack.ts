import { spawn, spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { KubeObject } from './kubernetes-client';
import { BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, KubeRayVersion, RayImage, WorkspaceBundle } from '../../src';
import { Ended } from '../submitter/local-stack';
import { lengthFunctions } from '../submitter/texts';
import { temporaryDirectory, tree } from '../temporary-directory';

const CLI = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');

/** The image that the table of images knows. */
export const IMAGE = 'rayproject/ray:2.60.0-py311';

/** Who submits in the tests, with no rights but those that the environment gives. */
export const SUBMITTER = { namespace: 'features', name: 'submitter' };

/** A synthesized environment with a job for a quick function and for a slow one, and the command line on it. */
export class FeaturesStack {
  public readonly objects: KubeObject[];
  private readonly directory = temporaryDirectory();
  private readonly env: NodeJS.ProcessEnv;

  /** @param table URL of a table with a column `text` */
  constructor(table: string, bucket: string) {
    const workspace = tree({ 'features/__init__.py': '', 'features/text.py': lengthFunctions(0.02) }, join(this.directory, 'workspace'));
    const app = new App({ outdir: join(this.directory, 'dist') });
    const chart = new Chart(app, 'features');
    const env = new ComputeEnvironment(chart, 'features', {
      image: RayImage.fromRegistry(IMAGE, { rayVersion: '2.60.0', pythonVersion: '3.11' }),
      headPool: HeadNodePool.fromLabelledNodes({ nodeCpu: 64 }),
      kuberay: KubeRayVersion.V1_6,
      workspace: new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(workspace)], store: BundleStore.s3(bucket, 'bundles') }),
    });
    env.addWorkerGroup('cpu', { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 2, idleTimeout: Duration.seconds(10) });
    env.addBackfill('lengths', { table, column: 'length', udf: 'features.text:length', workerGroup: 'cpu', concurrency: 2 });
    env.addBackfill('slow-lengths', { table, column: 'slow', udf: 'features.text:slow_length', workerGroup: 'cpu', concurrency: 2 });
    env.addSubmitters({ users: [`system:serviceaccount:${SUBMITTER.namespace}:${SUBMITTER.name}`], portForward: true });
    app.synth();
    this.objects = parseAllDocuments(readFileSync(join(this.directory, 'dist', 'features.k8s.yaml'), 'utf8')).map((document) => document.toJS() as KubeObject);
    this.env = { ...process.env, GENEVA_STACK_STATE: join(this.directory, 'state'), CI: 'true', KUBECONFIG: undefined };
  }

  /** Runs a command to its end, as whoever the kubeconfig says. */
  public run(kubeconfig: string, ...args: string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args, '--target', 'cluster', '--kubeconfig', kubeconfig], { env: this.env, cwd: this.directory, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  }

  /** Starts a command. */
  public start(kubeconfig: string, ...args: string[]): { readonly ended: Promise<Ended>; said(): string; kill(): void } {
    const child = spawn(process.execPath, [CLI, ...args, '--target', 'cluster', '--kubeconfig', kubeconfig], { env: this.env, cwd: this.directory });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
    const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    return { ended, said: () => stderr, kill: () => child.kill('SIGKILL') };
  }
}
