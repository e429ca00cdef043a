import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { BUCKET, IMAGE, SUBMITTER, TABLE, WORKSPACE } from './features-bed';
import { KubeObject } from './kubernetes-client';
import { startCommand, StartedCommand } from './started-command';
import { BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, KubeRayVersion, RayImage, RunClusterOptions, WorkspaceBundle } from '../../src';
import { Ended } from '../submitter/local-stack';
import { temporaryDirectory, tree } from '../temporary-directory';

/** How a stack differs from the usual one. */
export interface FeaturesStackOptions {
  /** Memory of each worker. Another number is another RayCluster. */
  readonly workerGib?: number;
  /** One whose machine, with the records of its runs, this is of, too. */
  readonly sameMachine?: FeaturesStack;
  /** Limits of clusters that runs have of their own. Absent: no job has them. */
  readonly runClusters?: RunClusterOptions;
}

/** A synthesized environment with a job for a quick function and for a slow one, and the command line on it. */
export class FeaturesStack {
  public readonly objects: KubeObject[];
  public readonly directory = temporaryDirectory();
  public readonly state: string;

  constructor({ workerGib = 2, sameMachine, runClusters }: FeaturesStackOptions = {}) {
    this.state = sameMachine?.state ?? join(this.directory, 'state');
    const workspace = tree(WORKSPACE, join(this.directory, 'workspace'));
    const app = new App({ outdir: join(this.directory, 'dist') });
    const chart = new Chart(app, 'features');
    const env = new ComputeEnvironment(chart, 'features', {
      image: RayImage.fromRegistry(IMAGE, { rayVersion: '2.60.0', pythonVersion: '3.11' }),
      headPool: HeadNodePool.fromLabelledNodes({ nodeCpu: 64 }),
      kuberay: KubeRayVersion.V1_6,
      runClusters,
      workspace: new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(workspace)], store: BundleStore.s3(BUCKET, 'bundles') }),
    });
    env.addWorkerGroup('cpu', { cpu: 1, memory: Size.gibibytes(workerGib), maxReplicas: 2, idleTimeout: Duration.seconds(10) });
    env.addBackfill('lengths', { table: TABLE, column: 'length', udf: 'features.text:length', workerGroup: 'cpu', concurrency: 2 });
    env.addBackfill('slow-lengths', { table: TABLE, column: 'slow', udf: 'features.text:slow_length', workerGroup: 'cpu', concurrency: 2 });
    if (runClusters) {
      const own = { table: TABLE, workerGroup: 'cpu', concurrency: 1, clusterPerRun: true };
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

  /** Runs a command to its end. */
  public async run(kubeconfig: string, ...args: string[]): Promise<Ended> {
    return this.start(kubeconfig, ...args).ended;
  }

  /** Starts a command. */
  public start(kubeconfig: string, ...args: string[]): StartedCommand {
    return startCommand(this, kubeconfig, args);
  }

  /** Starts a command on another machine, which knows nothing of what was submitted from this one. */
  public startElsewhere(kubeconfig: string, ...args: string[]): StartedCommand {
    return startCommand({ directory: this.directory, state: temporaryDirectory() }, kubeconfig, args);
  }
}
