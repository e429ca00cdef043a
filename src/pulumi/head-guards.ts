import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1';
import { PriorityClass } from '@pulumi/kubernetes/scheduling/v1';
import { Input, Output, Resource } from '@pulumi/pulumi';
import { childOptions } from './child-options';
import { headDisruptionBudget } from '../spec/head-guard';
import { NameLimit, objectName } from '../spec/names';
import { HEAD_PRIORITY } from '../spec/priorities';

/** The cluster whose head is guarded. */
export interface GuardedCluster {
  /** The part of its name that stays when the content changes. */
  readonly label: string;
  readonly namespace: Input<string>;
}

/** Makes what keeps a head where it is: a priority above its workers', and a budget that refuses evictions. */
export function guardHead(parent: Resource, name: string, cluster: GuardedCluster, plan: Output<{ readonly priorityClassName: string }>): Resource[] {
  const options = childOptions(parent, plan);
  const priority = new PriorityClass(`${name}-head`, { metadata: { name: plan.apply((known) => known.priorityClassName) }, ...HEAD_PRIORITY }, options);
  const budget = new PodDisruptionBudget(`${name}-head`, {
    metadata: { name: objectName({ parts: [cluster.label, 'head'], limit: NameLimit.SUBDOMAIN }), namespace: cluster.namespace },
    spec: headDisruptionBudget(cluster.label),
  }, options);
  return [priority, budget];
}
