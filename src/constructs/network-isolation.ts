import { Construct } from 'constructs';
import { emitNetworkPolicy } from './environment-object';
import { OPTIONS } from './known-options';
import { requireNamespaceLabels } from './label-options';
import { requireKnown } from './require-options';
import { IdentityEndpoint } from '../spec/identity';
import { identityPolicies, namespaceNamed, networkPolicies, OPERATOR_NAMESPACE, rayPods, submitterPolicies } from '../spec/network-policies';

/** Who may reach the dashboard and the Jobs API of an isolated cluster. */
export interface NetworkIsolationOptions {
  /**
   * Labels of the namespace in which the KubeRay operator runs. It reads the state of jobs.
   *
   * @default { 'kubernetes.io/metadata.name': 'kuberay-system' }
   */
  readonly operatorNamespace?: { [key: string]: string };

  /**
   * Labels of the namespaces from whose pods jobs are submitted.
   *
   * A `kubectl port-forward` comes from the node and usually passes without.
   *
   * @default - the cluster's own namespace
   */
  readonly submitterNamespaces?: { [key: string]: string };
}

/** The cluster to isolate. */
interface IsolatedCluster {
  readonly label: string;
  readonly namespaceName: string;
  /** Whether pods with the label of submitters reach its dashboard. Absent: not. */
  readonly hasSubmitter?: boolean;
  /** Where the node serves credentials to its pods. Absent: nowhere. */
  readonly identityEndpoints?: readonly IdentityEndpoint[];
}

/**
 * Which traffic the Ray pods of an environment may have.
 *
 * Enforced by the cluster's network plugin; without one that knows NetworkPolicies nothing is.
 */
export class NetworkIsolation {
  /**
   * Nothing but: the cluster's pods among themselves, DNS, TLS to any address (object stores have none that lasts), the API server from the head,
   * and the dashboard from operator and submitters.
   *
   * What an environment declares opens its own way: a schedule, monitoring, a cloud identity that the node serves. Not among it, so add policies of
   * your own where you need them: clients of Ray's port 10001, object stores on other ports than 443.
   *
   * @param options who may reach the dashboard
   * @throws when namespaces are given without a label to know them by
   */
  public static enforced(options: NetworkIsolationOptions = {}): NetworkIsolation {
    const path = 'NetworkIsolation.enforced';
    requireKnown(path, options, OPTIONS.NETWORK_ISOLATION);
    requireNamespaceLabels(path, 'operatorNamespace', options.operatorNamespace);
    requireNamespaceLabels(path, 'submitterNamespaces', options.submitterNamespaces);
    return new NetworkIsolation(true, (scope, cluster) => {
      const dashboardCallers = [
        options.operatorNamespace ?? namespaceNamed(OPERATOR_NAMESPACE),
        options.submitterNamespaces ?? namespaceNamed(cluster.namespaceName),
      ];
      const policies = new Construct(scope, 'NetworkIsolation');
      const named = [
        ...networkPolicies({ clusterLabel: cluster.label, dashboardCallers }),
        ...(cluster.hasSubmitter ? submitterPolicies(cluster.label) : []),
        ...identityPolicies('identity', rayPods(cluster.label), cluster.identityEndpoints ?? []),
      ];
      named.forEach((policy) => emitNetworkPolicy(policies, { name: cluster.label, namespaceName: cluster.namespaceName }, policy));
    });
  }

  /** No policies of ours: for clusters that are isolated by other means. Acknowledge SAFE-02 with the means. */
  public static none(): NetworkIsolation {
    return new NetworkIsolation(false, () => undefined);
  }

  /**
   * @param isIsolated whether there are policies
   * @param apply emits them
   */
  private constructor(public readonly isIsolated: boolean, private readonly apply: (scope: Construct, cluster: IsolatedCluster) => void) {}

  /**
   * Emits the policies.
   *
   * @internal
   */
  public _bind(scope: Construct, cluster: IsolatedCluster): void {
    this.apply(scope, cluster);
  }
}
