/**
 * Builds the Deployment that keeps nodes up by occupying them with pods that make way for anything else.
 */

import { LabelSelector, PodTemplateSpec } from './kubernetes-types';
import { Label } from './labels';
import { PAUSE_IMAGE } from './pause-image';
import { Placement } from './placement';
import { memoryQuantity, podCpuQuantity } from './quantities';

/** What keeps nodes warm. */
export interface KeepWarmSpec {
  /** Tells these pods from those of other pools. */
  readonly label: string;
  /** Nodes to keep: one pause pod each. */
  readonly nodes: number;
  /** What a node must have room for. */
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly placement: Placement;
  /** Must have a negative value, so that every other pod evicts the pause pod. */
  readonly priorityClassName: string;
}

export interface DeploymentSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

export function keepWarmSpec(warm: KeepWarmSpec): DeploymentSpec {
  const selector = { matchLabels: { [Label.KEEP_WARM]: warm.label } };
  const amounts = { cpu: podCpuQuantity(warm.cpus), memory: memoryQuantity(warm.memoryBytes) };
  return {
    replicas: warm.nodes,
    selector,
    template: {
      metadata: { labels: selector.matchLabels },
      spec: {
        automountServiceAccountToken: false,
        priorityClassName: warm.priorityClassName,
        nodeSelector: warm.placement.nodeSelector,
        tolerations: warm.placement.tolerations,
        affinity: { // one a node, or a large node would hold them all
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector, topologyKey: 'kubernetes.io/hostname' }],
          },
        },
        terminationGracePeriodSeconds: 0, // a head that takes its place must not wait
        containers: [{ name: 'pause', image: PAUSE_IMAGE, resources: { requests: amounts, limits: amounts } }],
      },
    },
  };
}
