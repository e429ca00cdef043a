import { Construct } from 'constructs';
import { wholeSeconds } from './amounts';
import { OPTIONS } from './known-options';
import { RayCluster } from './ray-cluster';
import { requireKnown } from './require-options';
import { RunClusterOptions } from './run-cluster-options';
import { RunClustersDescriptor } from '../descriptor/stack-descriptor';
import { invalidValue } from '../spec/invalid-value';
import { defaultStartLimitSeconds, JobTimes } from '../spec/job-times';
import { Target } from '../spec/kuberay-versions';
import { INT32_MAX } from '../spec/quantities';
import { checkRayJob } from '../spec/rules/check';
import { Finding } from '../spec/rules/rule';
import { RUN_OF_LABEL, RUN_CLUSTER_KUBERAY, runClusterName, runClusterSpec } from '../spec/run-cluster';
import { isAtLeast } from '../spec/versions';

const MINUTE_SECONDS = 60;

/** What the clusters of runs are made from: the lasting cluster of their environment, with limits. */
export class RunClusters {
  private readonly jobs: string[] = [];
  private readonly times: { readonly timeLimitSeconds: number; readonly startLimitSeconds: number; readonly keepFinishedSeconds: number };

  constructor(private readonly environment: Construct, options: RunClusterOptions, private readonly target: Target) {
    requireKnown(environment.node.path, options, OPTIONS.RUN_CLUSTERS, 'runClusters');
    const timeLimitSeconds = wholeSeconds(environment.node.path, 'runClusters.timeLimit', options.timeLimit, 1, INT32_MAX) ?? JobTimes.LIMIT_SECONDS;
    this.times = {
      timeLimitSeconds,
      startLimitSeconds: wholeSeconds(environment.node.path, 'runClusters.startLimit', options.startLimit, 1, INT32_MAX) ?? defaultStartLimitSeconds(timeLimitSeconds),
      keepFinishedSeconds: wholeSeconds(environment.node.path, 'runClusters.keepFinished', options.keepFinished, 0, INT32_MAX) ?? MINUTE_SECONDS,
    };
  }

  /** Whether any job has them. */
  public get isUsed(): boolean {
    return this.jobs.length > 0;
  }

  /** Has each run of a job get one. */
  public add(job: string): void {
    const { kuberay } = this.target;
    if (!isAtLeast(kuberay, RUN_CLUSTER_KUBERAY)) {
      throw invalidValue({
        path: this.environment.node.path,
        at: `job "${job}" clusterPerRun`,
        got: `KubeRay ${kuberay}`,
        expected: `${RUN_CLUSTER_KUBERAY} or newer, which ends what nobody submits to`,
        fix: 'upgrade the operator and kuberay, or drop clusterPerRun',
      });
    }
    this.jobs.push(job);
  }

  /** What the submitter makes them from. Absent: no job has them. */
  public describe(cluster: RayCluster, label: string, tokenSecret: string | undefined): RunClustersDescriptor | undefined {
    if (!this.isUsed) { return undefined; }
    const { labels, annotations } = cluster._metadata();
    const metadata = { labels: { ...labels, [RUN_OF_LABEL]: label }, ...(annotations ? { annotations } : {}) };
    return { jobs: this.jobs, rayJob: { metadata, spec: runClusterSpec({ cluster: cluster._spec(), tokenSecret, ...this.times }) } };
  }

  /** What KubeRay would not take of them. */
  public findings(described: RunClustersDescriptor | undefined): Finding[] {
    if (!described) { return []; }
    const { metadata, spec } = described.rayJob;
    return checkRayJob({ metadata: { ...metadata, name: runClusterName('run') }, spec }, this.target).filter(({ severity }) => severity === 'error');
  }
}
