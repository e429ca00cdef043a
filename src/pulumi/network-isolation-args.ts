import { Input } from '@pulumi/pulumi';

/** Which traffic the Ray pods may have. */
export interface NetworkIsolationArgs {
  /**
   * Whether NetworkPolicies say which traffic the Ray pods may have: none but among themselves, DNS, TLS to any address, the API server from the
   * head, and the dashboard from operator and submitters. Enforced by the cluster's network plugin.
   *
   * @default true
   */
  readonly networkIsolation?: boolean;

  /**
   * Namespace in which the KubeRay operator runs. It reads the state of jobs.
   *
   * @default 'kuberay-system'
   */
  readonly operatorNamespace?: Input<string>;

  /**
   * Namespace from whose pods jobs are submitted.
   *
   * @default - the cluster's own
   */
  readonly submitterNamespace?: Input<string>;
}
