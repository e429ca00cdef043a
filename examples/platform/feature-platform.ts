import { ApiObject, Size } from 'cdk8s';
import { Construct } from 'constructs';
import {
  BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, NetworkIsolation, RayImage, WorkerNodePool, WorkspaceBundle,
} from 'geneva-constructs';

/** What a head asks for, with the autoscaler beside it. */
const HEAD_CPUS = 4.5;

/** What a company decides once, for all of its teams. */
export interface FeaturePlatformProps {
  /** The image that all teams run. */
  readonly image: RayImage;

  /** Bucket of all bundles; each team has a prefix. */
  readonly bucket: string;
}

/** What a team decides. */
export interface TeamProps {
  /** Directory of the team's code. */
  readonly workspace: string;

  /** Workers of 4 CPUs at once, at most. */
  readonly maxWorkers: number;

  /** Group of users that submits the team's jobs. */
  readonly group: string;
}

/** Compute environments for the teams of a company, alike in all that the company decides, on nodes that they share. */
export class FeaturePlatform extends Construct {
  // Each pool is one value: it is emitted once, with the first team, and counts the heads and workers of all.
  private readonly heads = HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'], cpuLimit: 64 });
  private readonly workers = WorkerNodePool.karpenter();

  constructor(scope: Construct, id: string, private readonly props: FeaturePlatformProps) {
    super(scope, id);
  }

  /** Adds what one team needs, and returns its environment for the team's jobs. */
  public addTeam(name: string, { workspace, maxWorkers, group }: TeamProps): ComputeEnvironment {
    const env = new ComputeEnvironment(this, name, {
      image: this.props.image,
      headPool: this.heads,
      networkIsolation: NetworkIsolation.enforced({ operatorNamespace: { 'kubernetes.io/metadata.name': 'platform' } }),
      podLabels: { 'acme.example/cost-centre': name },
      workspace: new WorkspaceBundle(this, `${name}-code`, {
        roots: [BundleRoot.workspace(workspace)],
        store: BundleStore.s3(this.props.bucket, `${name}/`),
      }),
    });
    env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: maxWorkers, pool: this.workers });
    env.addSubmitters({ groups: [group] });
    this.addQuota(env, maxWorkers);
    return env;
  }

  /** The namespace holds no more than the team's workers and three heads: the one that runs, the next one while a change goes on, and a warm place. */
  private addQuota(env: ComputeEnvironment, maxWorkers: number): void {
    new ApiObject(this, `${env.name}-quota`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { namespace: env.namespaceName },
      spec: { hard: { 'requests.cpu': `${4 * maxWorkers + 3 * HEAD_CPUS}` } },
    });
  }
}
