import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { emitEnvironmentObject, emitNetworkPolicy } from './environment-object';
import { requireEnvironment } from './given-environment';
import { OPTIONS } from './known-options';
import { requireTexts } from './plain-options';
import { requireKnown, requireOptions } from './require-options';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { imagePrePullSpec, PrePullRole } from '../spec/image-pre-pull';
import { PodSpec } from '../spec/kubernetes-types';
import { NameLimit } from '../spec/names';
import { prePullPolicy } from '../spec/network-policies';
import { RayClusterV1Spec, WorkerGroupSpec } from '../spec/ray-cluster-types';
import { checkPulledGroups } from '../spec/rules/check';

/** For whom images are pulled ahead. */
export interface ImagePrePullOptions {
  /**
   * Worker groups onto whose nodes their image is pulled as well. Each needs a pool, by which its nodes are known.
   *
   * Of use where nodes outlive their workers. A node that comes with its first worker pulls the image for that worker as soon as for anybody else.
   *
   * @default - none: the head's nodes alone
   */
  readonly workerGroups?: string[];
}

/** What {@link ImagePrePull} needs. */
export interface ImagePrePullProps extends ImagePrePullOptions {
  /** The environment whose images are pulled. */
  readonly environment: ComputeEnvironment;
}

/**
 * Pulls the images of an environment onto the nodes of its head, and of worker groups where asked, before a pod needs them.
 *
 * A new head then starts in seconds on a node that is kept warm, and a new image is pulled everywhere as soon as it is declared. Each node runs one
 * more pod, which does nothing, may do nothing, and takes 10 thousandths of a CPU and 16 MiB. Nodes that run nothing else still count as empty.
 */
export class ImagePrePull extends Construct {
  private readonly environment: ComputeEnvironment;

  /**
   * @param scope what it belongs to
   * @param id name of the construct in its scope
   * @param props what to pull, and onto which nodes
   */
  constructor(scope: Construct, id: string, props: ImagePrePullProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.IMAGE_PRE_PULL);
    if (new.target === ImagePrePull) { requireKnown(this.node.path, props, OPTIONS.IMAGE_PRE_PULL); }
    const { environment, workerGroups: asked = [] } = props;
    requireEnvironment(this, environment);
    requireTexts({ path: this.node.path, at: 'workerGroups', got: props.workerGroups }, '"gpu"');
    this.environment = environment;
    this.emitDaemonSet('head', () => [this.cluster().headGroupSpec!.template.spec]);
    if (asked.length > 0) {
      this.emitDaemonSet('workers', () => this.workerPods(asked));
      checkAtSynth(this, () => checkPulledGroups({ asked, groups: this.cluster().workerGroupSpecs!.map(pulledGroup) }, targetOf(undefined)));
    }
    if (environment._isIsolated()) {
      emitNetworkPolicy(this, environment, prePullPolicy(environment.name));
    }
  }

  private workerPods(asked: readonly string[]): PodSpec[] {
    return this.cluster().workerGroupSpecs!.filter(({ groupName }) => asked.includes(groupName)).map(({ template }) => template.spec);
  }

  /** Read late, and with patches: groups may be added, and their pods changed, after this. */
  private cluster(): RayClusterV1Spec {
    return this.environment.cluster._spec();
  }

  private emitDaemonSet(role: PrePullRole, pods: () => PodSpec[]): void {
    const produce = () => imagePrePullSpec({ clusterLabel: this.environment.name, role, pods: pods() });
    const naming = { suffix: `pre-pull-${role}`, limit: NameLimit.LABEL };
    emitEnvironmentObject(this, this.environment, naming, { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: Lazy.any({ produce }) });
  }
}

function pulledGroup({ groupName: name, template }: WorkerGroupSpec): { name: string; hasPool: boolean } {
  return { name, hasPool: Object.keys(template.spec.nodeSelector ?? {}).length > 0 };
}
