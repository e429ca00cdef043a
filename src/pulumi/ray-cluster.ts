import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { advise } from './advise';
import { childOptions } from './child-options';
import { planCluster } from './cluster-plan';
import { guardHead } from './head-guards';
import { RayClusterArgs } from './ray-cluster-args';
import { CLUSTER_LABEL_LIMIT } from '../spec/cluster-name';
import { objectName } from '../spec/names';
import { headServiceName } from '../spec/ray-ports';

/**
 * A KubeRay cluster whose head is guarded and whose workers scale by Ray's autoscaler.
 *
 * Clusters are immutable: other content is another RayCluster under another name, made before the old one is deleted. What the rules refuse
 * fails in preview, as soon as all inputs are known.
 */
export class RayCluster extends ComponentResource {
  /** Name of the RayCluster object, hash of the content included. */
  public readonly clusterName: Output<string>;

  /** Name of the head's service; its port 8265 serves the dashboard and the Jobs API. */
  public readonly headService: Output<string>;

  /**
   * @param name name of the component
   * @param args what it needs beyond its defaults
   * @param opts as for every component
   */
  constructor(name: string, args: RayClusterArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:RayCluster', name, {}, opts);
    const label = objectName({ parts: [args.clusterLabel ?? name], limit: CLUSTER_LABEL_LIMIT });
    const plan = output(args).apply((known) => planCluster(label, known));
    advise(this, plan);
    const guards = guardHead(this, name, { label, namespace: args.namespace }, plan);
    const cluster = new CustomResource(name, {
      apiVersion: 'ray.io/v1',
      kind: 'RayCluster',
      metadata: { name: plan.name, namespace: args.namespace },
      spec: plan.spec,
    }, childOptions(this, plan, guards));
    this.clusterName = cluster.metadata.name;
    this.headService = this.clusterName.apply(headServiceName);
    this.registerOutputs({ clusterName: this.clusterName, headService: this.headService });
  }
}
