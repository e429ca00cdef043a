import { NetworkPolicy } from '@pulumi/kubernetes/networking/v1';
import { all, Input, Resource } from '@pulumi/pulumi';
import { ChildOptions } from './child-options';
import { NetworkIsolationArgs } from './network-isolation-args';
import { IdentityEndpoint } from '../spec/identity';
import { NameLimit, objectName } from '../spec/names';
import { apiServerPolicy, identityPolicies, namespaceNamed, networkPolicies, NetworkPolicySpec, OPERATOR_NAMESPACE, rayPods, submitterPolicies } from '../spec/network-policies';

/** The pods to isolate. */
export interface IsolatedPods extends NetworkIsolationArgs {
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespace: Input<string>;
  /** Whether pods with the label of submitters reach its dashboard. Absent: not. */
  readonly hasSubmitter?: boolean;
  /** Where the node serves credentials to its pods. Absent: nowhere. */
  readonly identityEndpoints?: readonly IdentityEndpoint[];
}

/** Makes the NetworkPolicies of a cluster, unless it is isolated by other means. */
export function isolate(name: string, pods: IsolatedPods, options: ChildOptions): Resource[] {
  if (pods.networkIsolation === false) {
    return [];
  }
  const callers = all([pods.operatorNamespace ?? OPERATOR_NAMESPACE, pods.submitterNamespace ?? pods.namespace]);
  const ofCluster = (namespaces: readonly string[]) =>
    networkPolicies({ clusterLabel: pods.label, dashboardCallers: namespaces.map(namespaceNamed) });
  const known = [...(pods.hasSubmitter ? submitterPolicies(pods.label) : []), ...identityPolicies('identity', rayPods(pods.label), pods.identityEndpoints ?? [])];
  return [
    ...ofCluster([]).map(({ suffix }, i) =>
      networkPolicy(name, pods, { suffix, spec: callers.apply((namespaces) => ofCluster(namespaces)[i].spec) }, options)),
    ...known.map((policy) => networkPolicy(name, pods, policy, options)),
  ];
}

/** Lets the proxy of the API server reach the dashboard. */
export function letApiServerIn(name: string, pods: IsolatedPods, cidrs: Input<Input<string>[]>, options: ChildOptions): void {
  const { suffix } = apiServerPolicy(pods.label, []);
  networkPolicy(name, pods, { suffix, spec: all([cidrs]).apply(([known]) => apiServerPolicy(pods.label, known).spec) }, options);
}

/** A policy of which only the name has to be known. */
interface PolicyInputs {
  readonly suffix: string;
  readonly spec: Input<NetworkPolicySpec>;
}

function networkPolicy(name: string, { label, namespace }: IsolatedPods, { suffix, spec }: PolicyInputs, options: ChildOptions): Resource {
  const metadata = { name: objectName({ parts: [label, suffix], limit: NameLimit.SUBDOMAIN }), namespace };
  return new NetworkPolicy(`${name}-${suffix}`, { metadata, spec }, options);
}
