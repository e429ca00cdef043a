/**
 * Builds the DaemonSets that have images pulled before a pod needs them. Source: Kubernetes `apps/v1`, fields as of 1.30.
 */

import { Container, LabelSelector, PodSpec, PodTemplateSpec } from './kubernetes-types';
import { Label } from './labels';
import { PAUSE_IMAGE } from './pause-image';
import { RESTRICTED_CONTAINER, restrictedPod } from './restricted-pod';

export interface DaemonSetSpec {
  readonly selector: LabelSelector;
  readonly updateStrategy: { readonly type: string; readonly rollingUpdate: { readonly maxUnavailable: string } };
  readonly template: PodTemplateSpec;
}

/** What is pulled, and onto which nodes. */
export interface PrePull {
  readonly clusterLabel: string;
  readonly role: PrePullRole;
  /** The pods that will need the images: their nodes, their images, their secrets for the registry. */
  readonly pods: readonly PodSpec[];
}

/** For whom images are pulled. */
export type PrePullRole = 'head' | 'workers';

/** What such a pod takes of a node: next to nothing, so that the scheduler sees the node as it was. */
const AMOUNTS = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } };

/** A user of no image: nothing belongs to it. */
const NOBODY = 65535;

/** As init containers the images are started once, to no end, and kept by the node as long as the pod stays. */
export function imagePrePullSpec({ clusterLabel, role, pods }: PrePull): DaemonSetSpec {
  const selector = { matchLabels: { ...prePullPods(clusterLabel).matchLabels, [Label.PRE_PULL_FOR]: role } };
  const images = distinct(pods.flatMap(({ containers }) => containers.map(({ image }) => image)));
  const secrets = distinct(pods.flatMap(({ imagePullSecrets = [] }) => imagePullSecrets));
  return {
    selector,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } }, // a new image is for all nodes at once
    template: {
      metadata: { labels: selector.matchLabels },
      spec: {
        automountServiceAccountToken: false,
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: distinct(pods.map(nodesOf)) } } },
        tolerations: distinct(pods.flatMap(({ tolerations = [] }) => tolerations)),
        imagePullSecrets: secrets.length > 0 ? secrets : undefined,
        terminationGracePeriodSeconds: 0,
        securityContext: restrictedPod(NOBODY),
        initContainers: images.map((image, i) => container(`pull-${i}`, image, ['/bin/bash', '-c', 'true'])), // Ray's images have bash: KubeRay starts them by it
        containers: [container('pause', PAUSE_IMAGE)],
      },
    },
  };
}

/** The pods that have images of an environment pulled. */
export function prePullPods(clusterLabel: string): LabelSelector {
  return { matchLabels: { [Label.PRE_PULL]: clusterLabel } };
}

/** The nodes that a pod may run on. Terms are alternatives, so that one DaemonSet serves several pools. */
function nodesOf({ nodeSelector = {} }: PodSpec) {
  return { matchExpressions: Object.entries(nodeSelector).map(([key, value]) => ({ key, operator: 'In', values: [value] })) };
}

function container(name: string, image: string, command?: string[]): Container {
  return { name, image, command, resources: AMOUNTS, securityContext: RESTRICTED_CONTAINER };
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
