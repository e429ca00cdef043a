import { setTimeout as sleep } from 'timers/promises';
import { Access } from './access';
import { ApiServer } from './api-server';
import { ClusterApi } from './cluster-api';
import { HeadWait } from './head-wait';
import { RayJob } from './objects';
import type { StackDescriptor } from '../../descriptor/stack-descriptor';
import { RUN_OF_LABEL, runClusterName, SUBMISSION_ANNOTATION } from '../../spec/run-cluster';
import { ExitCode } from '../exit-code';
import { AttemptState, lastAttempt, RunRecord, withAttempt } from '../run-record';
import { runMetadata } from '../run-spec';
import { SubmitterError } from '../submitter-error';

const PAUSE_MS = 1_000;

/** KubeRay stops the job and takes its finalizer away; more than this is an operator that is not there. */
const REMOVAL_MS = 60_000;

/** The cluster that a run has of its own, by its RayJob: KubeRay makes it, and deletes it when the run ends, is never submitted, or takes too long. */
export class RunCluster {
  /** That of a run, by the name that it has if it has one. */
  public static of({ server, descriptor }: ClusterApi, run: string): RunCluster {
    return new RunCluster(server, descriptor, runClusterName(run));
  }

  /** The RayJobs of all runs of an environment. */
  public static async all({ server, descriptor }: ClusterApi): Promise<readonly RayJob[]> {
    const label = descriptor.runClusters?.rayJob.metadata.labels?.[RUN_OF_LABEL];
    if (label === undefined) { return []; }
    return server.list<RayJob>({ ...rayJobsIn(descriptor), verb: 'list' }, { labelSelector: `${RUN_OF_LABEL}=${label}` });
  }

  /** @param name of the RayJob */
  constructor(private readonly server: ApiServer, private readonly descriptor: StackDescriptor, public readonly name: string) {}

  /** What the submitter does to it. */
  public get access() {
    const { name } = this;
    const rayJobs = rayJobsIn(this.descriptor);
    return {
      get: { ...rayJobs, verb: 'get', name },
      list: { ...rayJobs, verb: 'list' },
      create: { ...rayJobs, verb: 'create' },
      patch: { ...rayJobs, verb: 'patch', name },
      delete: { ...rayJobs, verb: 'delete', name },
    } satisfies Record<string, Access>;
  }

  /** The RayJob as it stands. Undefined: there is none. */
  public find(): Promise<RayJob | undefined> {
    return this.server.ask<RayJob>(this.access.get);
  }

  /** Asks for a cluster for the newest attempt. Where one is there already, that one is it: whoever asked. */
  public async create(record: RunRecord): Promise<void> {
    const { metadata, spec } = this.descriptor.runClusters!.rayJob;
    const attempt = lastAttempt(record);
    const annotations = { ...metadata.annotations, ...runMetadata(record, attempt), [SUBMISSION_ANNOTATION]: attempt.submissionId };
    const { namespace } = this.descriptor;
    await this.server.ask(this.access.create, { body: { apiVersion: 'ray.io/v1', kind: 'RayJob', metadata: { ...metadata, annotations, name: this.name, namespace }, spec } });
  }

  /** Tells KubeRay which job it is that the cluster is there for: from then on, the end of that is the end of the cluster. */
  public async bind(submissionId: string): Promise<void> {
    await this.server.ask(this.access.patch, { body: { spec: { jobId: submissionId } } });
  }

  /** Deletes it, and waits until it is gone. */
  public async remove(): Promise<void> {
    for (const deadline = performance.now() + REMOVAL_MS; ; await sleep(PAUSE_MS)) {
      if (await this.server.ask(this.access.delete) === undefined && await this.find() === undefined) { return; }
      if (performance.now() > deadline) {
        throw new SubmitterError('RUN_CLUSTER_STAYS', ExitCode.NOT_READY, `RayJob ${this.name} in namespace ${this.descriptor.namespace} was asked to go ${REMOVAL_MS / 1000} s ago and is still there`,
          'see whether the KubeRay operator is up: geneva-stack doctor --target cluster');
      }
    }
  }

  /**
   * Name of its RayCluster, once that is there. A queue may hold it back for as long as it likes.
   *
   * @throws SubmitterError RUN_CLUSTER_NOT_MADE
   */
  public async rayCluster(cluster: ClusterApi, { limitMs, signal, onNotice }: HeadWait): Promise<string> {
    let told = false;
    for (const deadline = performance.now() + limitMs; ; await sleep(PAUSE_MS, undefined, { signal })) {
      const found = await this.find();
      const name = found?.status?.rayClusterName;
      if (name && await cluster.has(name)) { return name; }
      const why = found?.status?.jobDeploymentStatus === 'ValidationFailed' ? found.status.message : undefined;
      if (why !== undefined || performance.now() > deadline) {
        throw new SubmitterError('RUN_CLUSTER_NOT_MADE', ExitCode.NOT_READY, `KubeRay made no cluster for RayJob ${this.name}: ${why ?? `nothing was heard of it for ${Math.round(limitMs / 1000)} s`}`,
          `kubectl describe rayjob ${this.name} -n ${this.descriptor.namespace}; geneva-stack doctor --target cluster looks at the operator`);
      }
      if (!told) { onNotice?.(`waiting for KubeRay to make the cluster of RayJob ${this.name}`); }
      told = true;
    }
  }
}

function rayJobsIn({ namespace }: StackDescriptor) {
  return { group: 'ray.io', version: 'v1', resource: 'rayjobs', namespace } as const;
}

/** The record of a run whose RayJob is over, with how it ended. */
export function withEnd(record: RunRecord, rayJob: RayJob): RunRecord {
  const end = attemptOf(rayJob) === lastAttempt(record).attempt ? endOf(rayJob) : undefined;
  if (!end) { return record; }
  const state = END_STATES[end.state];
  return withAttempt(record, { state, endedAt: new Date().toISOString(), ...(end.reason ? { reason: end.reason } : {}) });
}

const END_STATES: Record<NonNullable<ReturnType<typeof endOf>>['state'], AttemptState> = {
  succeeded: 'succeeded', failed: 'failed', stopped: 'stopped', unsubmitted: 'lost', overdue: 'failed',
};

/** The attempt that a RayJob was made for. */
export function attemptOf({ metadata: { annotations } }: RayJob): number {
  return Number(/-(\d+)$/.exec(annotations?.[SUBMISSION_ANNOTATION] ?? '')?.[1] ?? 0);
}

/** How a RayJob that is over ended. `unsubmitted`: nobody submitted to it in time. `overdue`: it took too long. Undefined: it is not over. */
export function endOf({ status }: RayJob): { readonly state: 'succeeded' | 'failed' | 'stopped' | 'unsubmitted' | 'overdue'; readonly reason?: string } | undefined {
  const { jobDeploymentStatus, jobStatus, reason, message } = status ?? {};
  if (jobDeploymentStatus !== 'Complete' && jobDeploymentStatus !== 'Failed' && jobDeploymentStatus !== 'ValidationFailed') { return undefined; }
  const words = [reason, message].filter((part) => part).join(': ');
  if (reason === 'DeadlineExceeded') { return { state: 'overdue', reason: words }; }
  if (reason === 'PreRunningDeadlineExceeded') { return { state: 'unsubmitted', reason: words }; }
  if (jobStatus === 'SUCCEEDED') { return { state: 'succeeded' }; }
  return jobStatus === 'STOPPED' ? { state: 'stopped' } : { state: 'failed', ...(words ? { reason: words } : {}) };
}
