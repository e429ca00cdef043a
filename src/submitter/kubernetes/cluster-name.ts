import { KubernetesOptions } from './kube-config';
import { closest } from '../../spec/closest';
import { headServiceName, RayPort } from '../../spec/ray-ports';
import { ExitCode } from '../exit-code';
import { SubmitterError } from '../submitter-error';

/** The ways to a Ray head in a cluster. */
export const WAYS = ['proxy', 'port-forward', 'direct'] as const;

export type Way = typeof WAYS[number];

/** The place of an environment, and how it is reached from here. */
export interface ClusterName extends KubernetesOptions {
  readonly namespace: string;
  readonly environment: string;
  /** Absent: the one that is applied as the environment's. */
  readonly rayCluster?: string;
  /** Absent: what fits where we are. */
  readonly via?: Way;
}

/** What a target in a cluster begins with. */
export const CLUSTER_PREFIX = 'cluster://';

/**
 * `cluster://NAMESPACE/ENVIRONMENT?context=NAME`: what a run is recorded under, so that it is found again without its stack.
 *
 * Not the RayCluster: another content is another RayCluster, and the run is still the environment's.
 */
export function formatClusterName({ namespace, environment, kubeconfig, context, via }: ClusterName): string {
  const given = Object.entries({ context, kubeconfig, via }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const query = new URLSearchParams(given).toString();
  return `${CLUSTER_PREFIX}${namespace}/${environment}${query === '' ? '' : `?${query}`}`;
}

/** Where the head of a RayCluster is, as pods know it. What a run is recorded to have been submitted to. */
export function headAddress(service: string, namespace: string, port: number): string {
  return `http://${service}.${namespace}.svc:${port}`;
}

/** The same of a cluster that was not looked at: its service has the name that KubeRay gives, its dashboard the port of Ray. */
export function usualHeadAddress(rayCluster: string, namespace: string): string {
  return headAddress(headServiceName(rayCluster), namespace, RayPort.DASHBOARD);
}

/** The RayCluster behind an address of {@link headAddress}. Undefined: it is none, or its service has a name of its own. */
export function rayClusterAt(address: string): string | undefined {
  return /^http:\/\/([^.]+)-head-svc\.[^.]+\.svc:\d+$/.exec(address)?.[1];
}

/** What to do when the name of an environment is not known. */
const SHOWN_BY = 'kubectl get configmap -l geneva-constructs/stack-descriptor -A shows namespaces and environments; or --target cluster --stack PATH, which has both';

/** @throws SubmitterError TARGET_UNKNOWN */
export function parseClusterName(text: string): ClusterName {
  const [, namespace, environment, query] = /^cluster:\/\/([a-z0-9][a-z0-9.-]*)\/([a-z0-9][a-z0-9.-]*)(?:\?(.*))?$/.exec(text) ?? [];
  const { context, kubeconfig, via } = Object.fromEntries(new URLSearchParams(query)) as Partial<Record<string, string>>;
  const way = WAYS.find((candidate) => candidate === via);
  if (namespace === undefined || (via !== undefined && !way)) {
    throw new SubmitterError('TARGET_UNKNOWN', ExitCode.USAGE, `target ${JSON.stringify(text)}: expected cluster://NAMESPACE/ENVIRONMENT, with ?context=NAME, kubeconfig=PATH, via=${WAYS.join('|')} at most`,
      namespace === undefined || via === undefined ? SHOWN_BY : `did you mean --target "cluster://${namespace}/${environment}?via=${closest(via, WAYS) ?? WAYS[0]}"?`);
  }
  return { namespace, environment, ...(context ? { context } : {}), ...(kubeconfig ? { kubeconfig } : {}), ...(way ? { via: way } : {}) };
}
