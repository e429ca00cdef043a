/**
 * Builds the NetworkPolicies of a Ray cluster: nothing is allowed but what is listed here.
 *
 * Ordinary objects rather than `RayCluster.spec.networkPolicy`: they work with every operator, and that field (1.7, behind a gate) lacks DNS, API
 * server and object store, without which a cluster doesn't start.
 */

import { headPods } from './head-guard';
import { IdentityEndpoint } from './identity';
import { prePullPods } from './image-pre-pull';
import { LabelSelector } from './kubernetes-types';
import { Label } from './labels';
import { RayPort } from './ray-ports';

export interface NetworkPolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes: ('Ingress' | 'Egress')[];
  readonly ingress?: { readonly from: Peer[]; readonly ports?: Port[] }[];
  readonly egress?: { readonly to?: Peer[]; readonly ports?: Port[] }[];
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string };
}

interface Port {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

const DNS: Port[] = [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }];

/** Namespace of the KubeRay operator where nothing else is said. */
export const OPERATOR_NAMESPACE = 'kuberay-system';

/** The label that Kubernetes puts on every namespace, with the namespace's name as its value. */
export function namespaceNamed(name: string): Record<string, string> {
  return { 'kubernetes.io/metadata.name': name };
}

/** Who may talk to the cluster. */
export interface NetworkAccess {
  readonly clusterLabel: string;
  /** Labels of the namespaces whose pods may reach the dashboard, one set a kind of caller. */
  readonly dashboardCallers: Record<string, string>[];
}

/** A policy and the last part of its name. */
export interface NamedNetworkPolicy {
  readonly suffix: string;
  readonly spec: NetworkPolicySpec;
}

export function networkPolicies(access: NetworkAccess): NamedNetworkPolicy[] {
  const all = rayPods(access.clusterLabel);
  const head = headPods(access.clusterLabel);
  const inside: Peer[] = [{ podSelector: all }];
  return [
    { suffix: 'default-deny', spec: { podSelector: all, policyTypes: ['Ingress', 'Egress'] } },
    { suffix: 'ray-internal', spec: { podSelector: all, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: inside }], egress: [{ to: inside }] } },
    { suffix: 'dns', spec: egressTo(all, DNS) },
    { suffix: 'object-store', spec: egressTo(all, [tcp(443)]) },
    { suffix: 'api-server', spec: egressTo(head, [tcp(443), tcp(6443)]) },
    { suffix: 'dashboard', spec: { podSelector: head, policyTypes: ['Ingress'], ingress: [dashboardIngress(access)] } },
  ];
}

/** What the pods that submit jobs on a schedule may do: reach the dashboard, look names up, and read what the store has. */
export function submitterPolicies(clusterLabel: string): NamedNetworkPolicy[] {
  const submitter = submitterPods(clusterLabel);
  const head = headPods(clusterLabel);
  const dashboard = [tcp(RayPort.DASHBOARD)];
  return [
    {
      suffix: 'submitter',
      spec: {
        podSelector: submitter,
        policyTypes: ['Ingress', 'Egress'],
        egress: [{ to: [{ podSelector: head }], ports: dashboard }, { ports: DNS }, { ports: [tcp(443)] }],
      },
    },
    { suffix: 'submitter-to-head', spec: { podSelector: head, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: submitter }], ports: dashboard }] } },
  ];
}

/** Lets Prometheus reach the ports of metrics. */
export function prometheusPolicy(clusterLabel: string, namespace: Record<string, string>): NamedNetworkPolicy {
  const ports = [RayPort.METRICS, RayPort.AUTOSCALER_METRICS, RayPort.DASHBOARD_METRICS].map(tcp);
  const ingress = [{ from: [{ namespaceSelector: { matchLabels: namespace } }], ports }];
  return { suffix: 'prometheus', spec: { podSelector: rayPods(clusterLabel), policyTypes: ['Ingress'], ingress } };
}

/** Lets the proxy of the API server reach the dashboard. */
export function apiServerPolicy(clusterLabel: string, cidrs: readonly string[]): NamedNetworkPolicy {
  const ingress = [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(RayPort.DASHBOARD)] }];
  return { suffix: 'api-server-to-head', spec: { podSelector: headPods(clusterLabel), policyTypes: ['Ingress'], ingress } };
}

/** Lets clients of Ray in that are no pods of the cluster. */
export function rayClientPolicy(clusterLabel: string, namespace: Record<string, string>): NamedNetworkPolicy {
  const ingress = [{ from: [{ namespaceSelector: { matchLabels: namespace } }], ports: [tcp(RayPort.CLIENT)] }];
  return { suffix: 'ray-client', spec: { podSelector: headPods(clusterLabel), policyTypes: ['Ingress'], ingress } };
}

/** Nothing at all: it is the node that pulls, not the pod. */
export function prePullPolicy(clusterLabel: string): NamedNetworkPolicy {
  return { suffix: 'pre-pull', spec: { podSelector: prePullPods(clusterLabel), policyTypes: ['Ingress', 'Egress'] } };
}

/** The way to credentials that a node serves. Empty when there are none: an egress rule without peers would let everything out. */
export function identityPolicies(suffix: string, podSelector: LabelSelector, endpoints: readonly IdentityEndpoint[]): NamedNetworkPolicy[] {
  const egress = endpoints.map(({ cidr, port }) => ({ to: [{ ipBlock: { cidr } }], ports: [tcp(port)] }));
  return egress.length === 0 ? [] : [{ suffix, spec: { podSelector, policyTypes: ['Egress'], egress } }];
}

/** All pods of a cluster, whatever its content. */
export function rayPods(clusterLabel: string): LabelSelector {
  return { matchLabels: { [Label.CLUSTER]: clusterLabel } };
}

/** The pods that submit to a cluster. */
export function submitterPods(clusterLabel: string): LabelSelector {
  return { matchLabels: { [Label.SUBMITTER]: clusterLabel } };
}

/** To any address: neither an object store, nor the API server, nor a node-local DNS cache can be named by a selector. */
function egressTo(podSelector: LabelSelector, ports: Port[]): NetworkPolicySpec {
  return { podSelector, policyTypes: ['Egress'], egress: [{ ports }] };
}

function dashboardIngress(access: NetworkAccess): { from: Peer[]; ports: Port[] } {
  return {
    from: access.dashboardCallers.map((matchLabels) => ({ namespaceSelector: { matchLabels } })),
    ports: [tcp(RayPort.DASHBOARD)],
  };
}

function tcp(port: number): Port {
  return { port, protocol: 'TCP' };
}
