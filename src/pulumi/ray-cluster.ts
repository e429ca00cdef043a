import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1';
import { PriorityClass } from '@pulumi/kubernetes/scheduling/v1';
import { ComponentResource, ComponentResourceOptions, Output, output, Resource } from '@pulumi/pulumi';
import { childOptions } from './child-options';
import { ClusterPlan, planCluster } from './cluster-plan';
import { RayClusterArgs } from './ray-cluster-args';
import { CLUSTER_LABEL_LIMIT } from '../spec/cluster-name';
import { headDisruptionBudget } from '../spec/head-guard';
import { NameLimit, objectName } from '../spec/names';
import { HEAD_PRIORITY } from '../spec/priorities';
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
   * @param name name of the component; the part of the cluster's name that stays when the content changes
   * @param args what it needs beyond its defaults
   * @param opts as for every component
   */
  constructor(name: string, args: RayClusterArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:RayCluster', name, {}, opts);
    const label = objectName({ parts: [name], limit: CLUSTER_LABEL_LIMIT });
    const plan = output(args).apply((known) => planCluster(label, known));
    const guards = this.guardHead(name, label, args, plan);
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

  private guardHead(name: string, label: string, args: RayClusterArgs, plan: Output<ClusterPlan>): Resource[] {
    const priority = new PriorityClass(`${name}-head`, { metadata: { name: plan.priorityClassName }, ...HEAD_PRIORITY }, childOptions(this, plan));
    const budget = new PodDisruptionBudget(`${name}-head`, {
      metadata: { name: objectName({ parts: [label, 'head'], limit: NameLimit.SUBDOMAIN }), namespace: args.namespace },
      spec: headDisruptionBudget(label),
    }, childOptions(this, plan));
    return [priority, budget];
  }
}
