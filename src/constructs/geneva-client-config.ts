import { Lazy, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { emitEnvironmentObject, emitNetworkPolicy } from './environment-object';
import { requireEnvironment } from './given-environment';
import { OPTIONS } from './known-options';
import { requireNamespaceLabels } from './label-options';
import { requireTexts } from './plain-options';
import { requireKnown, requireOptions } from './require-options';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { externalCluster, externalValues, GenevaEnvironment, kuberayCluster, kuberayValues, rayClientAddress } from '../spec/geneva-client';
import { namespaceNamed, rayClientPolicy } from '../spec/network-policies';
import { adviseOnGenevaClient } from '../spec/rules/check';

/** Namespace of LanceDB Enterprise, as its documentation has it. */
const LANCEDB_NAMESPACE = namespaceNamed('lancedb');

/** How Geneva is told of an environment. */
export interface GenevaClientConfigOptions {
  /**
   * Labels of the namespace from whose pods Geneva talks to Ray. Network isolation lets it reach port 10001 of the head, where whoever has the
   * cluster's token runs code.
   *
   * @default { 'kubernetes.io/metadata.name': 'lancedb' }
   */
  readonly clientNamespace?: { [key: string]: string };

  /**
   * Packages that Geneva installs on workers at the start of a job, beside what the image has.
   *
   * @default - none: the image has all of them
   */
  readonly pip?: string[];
}

/** What {@link GenevaClientConfig} needs. */
export interface GenevaClientConfigProps extends GenevaClientConfigOptions {
  /** The environment to tell of. */
  readonly environment: ComputeEnvironment;
}

/**
 * Tells Geneva of an environment, for users who have a licensed client of it: nothing of this library needs one.
 *
 * Emits a ConfigMap with the last part `geneva` in its name, which follows the cluster from one content to the next:
 *
 * - `external.values.yaml`: Helm values of LanceDB Enterprise by which jobs run on the environment's cluster.
 * - `kuberay.values.yaml`: Helm values by which each job gets a cluster of the same shape, on the same nodes.
 * - `external.cluster.json`, `kuberay.cluster.json`: the same clusters, as `define_cluster` of a client without LanceDB Enterprise has them.
 * - `address`: where a client of Ray reaches the cluster from within Kubernetes.
 *
 * No secret is in it. The token is in the Secret that is named like the cluster, under `auth_token`; give it to the client as `RAY_AUTH_TOKEN`, with
 * `RAY_AUTH_MODE=token`. Ray must be the same release on both sides, Python the same minor release.
 */
export class GenevaClientConfig extends Construct {
  private readonly environment: ComputeEnvironment;
  private readonly pip: string[];

  /**
   * @param scope what it belongs to
   * @param id name of the construct in its scope
   * @param props what to tell, and of what
   */
  constructor(scope: Construct, id: string, props: GenevaClientConfigProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.GENEVA_CLIENT_CONFIG);
    if (new.target === GenevaClientConfig) { requireKnown(this.node.path, props, OPTIONS.GENEVA_CLIENT_CONFIG); }
    requireEnvironment(this, props.environment);
    requireNamespaceLabels(this.node.path, 'clientNamespace', props.clientNamespace);
    requireTexts({ path: this.node.path, at: 'pip', got: props.pip }, '"lancedb"');
    const { environment, pip = [], clientNamespace = LANCEDB_NAMESPACE } = props;
    this.environment = environment;
    this.pip = [...pip];
    emitEnvironmentObject(this, environment, { suffix: 'geneva' }, { apiVersion: 'v1', kind: 'ConfigMap', data: Lazy.any({ produce: () => this.files() }) });
    if (environment._isIsolated()) {
      emitNetworkPolicy(this, environment, rayClientPolicy(environment.name, clientNamespace));
    }
    checkAtSynth(this, () => adviseOnGenevaClient(environment.cluster._spec(), targetOf(undefined)));
  }

  /**
   * Where a client of Ray reaches the cluster from within Kubernetes.
   *
   * Read it once everything was added to the environment: other content is another cluster, at another address.
   */
  public get address(): string {
    return rayClientAddress(this.environment.cluster.name, this.environment.namespaceName);
  }

  private files(): { [name: string]: string } {
    const described = this.describe();
    return {
      'external.values.yaml': Yaml.stringify(externalValues(described)),
      'kuberay.values.yaml': Yaml.stringify(kuberayValues(described)),
      'external.cluster.json': JSON.stringify(externalCluster(described), null, 2),
      'kuberay.cluster.json': JSON.stringify(kuberayCluster(described), null, 2),
      'address': rayClientAddress(described.cluster, described.namespace),
    };
  }

  private describe(): GenevaEnvironment {
    const { name, namespaceName, serviceAccountName, cluster } = this.environment;
    return {
      name,
      namespace: namespaceName,
      serviceAccount: serviceAccountName,
      cluster: cluster._currentName(),
      spec: cluster._spec(),
      pip: this.pip,
    };
  }
}
