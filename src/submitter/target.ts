import { resolve } from 'path';
import { ExitCode } from './exit-code';
import type { ClusterApi } from './kubernetes/cluster-api';
import { CLUSTER_PREFIX, ClusterName, parseClusterName, Way } from './kubernetes/cluster-name';
import { clusterTarget } from './kubernetes/cluster-target';
import { localHead } from './local/local-head';
import { SeenPhase, seenPhase } from './phases';
import { RayJobsClient } from './ray-jobs';
import type { Route } from './route';
import { SubmitterError } from './submitter-error';
import { targetUnknown } from './target-unknown';
import { readToken, tokenFromEnvironment } from './token';
import type { StackDescriptor } from '../descriptor/stack-descriptor';

/** A Ray head that jobs are submitted to. */
export interface Target {
  /** By which it is found again: `local`, a URL or `cluster://NAMESPACE/ENVIRONMENT`. */
  readonly name: string;
  /** Of Ray's dashboard, without a slash at the end. In a cluster, as its pods know it, whatever the way to it. */
  readonly address: string;
  readonly token?: string;
  readonly isLocal: boolean;
  /** How the head started, where that is known. */
  readonly headStart?: SeenPhase;
  /** How requests get there. Absent: straight to the address. */
  readonly route?: Route;
  /** The Kubernetes cluster that it is in, where we have to do with it. */
  readonly cluster?: ClusterApi;
}

/** Code of the error that no Ray head runs on this machine. */
const LOCAL_HEAD_DOWN = 'LOCAL_HEAD_DOWN';

/** Whether an error says that no Ray head runs on this machine. */
export function isLocalHeadDown(error: unknown): boolean {
  return error instanceof SubmitterError && error.code === LOCAL_HEAD_DOWN;
}

/** What a target is found with. */
export interface TargetOptions {
  readonly stateDirectory: string;
  readonly allowPlainHttp?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly via?: Way;
  /** Of a target in a cluster: the RayCluster, when not the one that is applied as the environment's. */
  readonly rayCluster?: string;
  /** The environment that target `cluster` means. */
  readonly descriptor?: () => Promise<StackDescriptor | undefined>;
}

/** Ray's Jobs API at a target. */
export function rayJobsAt({ address, token, route }: Target): RayJobsClient {
  return new RayJobsClient(address, token, route);
}

/**
 * Finds the Ray head behind `--target`.
 *
 * @throws SubmitterError when it is not there, or the token would travel in the clear
 */
export async function resolveTarget(name: string, options: TargetOptions): Promise<Target> {
  if (name === 'local') { return localTarget(options.stateDirectory); }
  if (name === 'cluster') { return targetOfStack(options); }
  if (name.startsWith(CLUSTER_PREFIX)) { return clusterTarget({ ...parseClusterName(name), ...given(options) }); }
  return urlTarget(name, options.allowPlainHttp === true);
}

async function targetOfStack(options: TargetOptions): Promise<Target> {
  const descriptor = await options.descriptor?.();
  if (!descriptor) {
    throw new SubmitterError('TARGET_UNKNOWN', ExitCode.USAGE, 'target cluster: which environment it means is not known', '--stack PATH of its manifests, or --target cluster://NAMESPACE/ENVIRONMENT');
  }
  const { namespace, environment } = descriptor;
  return clusterTarget({ namespace, environment, ...given(options) }, descriptor);
}

/** What the user said goes before what a run was recorded with. */
function given({ kubeconfig, context, via, rayCluster }: TargetOptions): Partial<ClusterName> {
  return {
    ...(kubeconfig ? { kubeconfig: resolve(kubeconfig) } : {}),
    ...(context ? { context } : {}),
    ...(via ? { via } : {}),
    ...(rayCluster ? { rayCluster } : {}),
  };
}

function localTarget(stateDirectory: string): Target {
  const head = localHead(stateDirectory);
  if (!head) {
    throw new SubmitterError(LOCAL_HEAD_DOWN, ExitCode.NOT_READY, 'target local: no Ray head runs on this machine', 'geneva-stack local up');
  }
  const { readyAt } = head;
  return {
    name: 'local',
    address: head.address,
    token: readToken(head.tokenPath),
    isLocal: true,
    ...(readyAt ? { headStart: seenPhase('initialize head', new Date(head.startedAt), new Date(readyAt)) } : {}),
  };
}

function urlTarget(name: string, allowPlainHttp: boolean): Target {
  const url = URL.canParse(name) ? new URL(name) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw targetUnknown(name);
  }
  const token = tokenFromEnvironment();
  if (token && url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    throw new SubmitterError('TOKEN_IN_THE_CLEAR', ExitCode.USAGE, `target ${name}: plain http would show the token to the network`,
      'use https, a port-forward to 127.0.0.1, or --allow-plain-http');
  }
  return { name: url.origin, address: url.origin + url.pathname.replace(/\/+$/, ''), token, isLocal: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
