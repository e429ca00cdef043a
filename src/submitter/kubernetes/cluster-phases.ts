import { ImagePulls, imagePulls } from './image-pulls';
import { covered, Interval } from './intervals';
import { conditionOf, CoreEvent, Pod, RayCluster } from './objects';
import { Label } from '../../spec/labels';
import { CLUSTER_PHASES, Phase, PhaseName } from '../phases';

/** What was seen of a cluster. What may not be seen is the reason, in words. */
export interface ClusterSnapshot {
  /** When the run began, in Unix seconds. Workers that were there before are none of its steps. */
  readonly since: number;
  readonly rayCluster: RayCluster | string;
  readonly pods: readonly Pod[] | string;
  readonly events: readonly CoreEvent[] | string;
}

/** The steps of a run that Kubernetes sees, as they stand. */
export function clusterPhases(snapshot: ClusterSnapshot): Phase[] {
  const { pods, since } = snapshot;
  if (typeof pods === 'string') {
    return CLUSTER_PHASES.map((name) => unseen(name, pods));
  }
  const workers = pods.filter((pod) => nodeTypeOf(pod) === 'worker' && createdAt(pod) >= Math.floor(since));
  return [...headPhases(snapshot, pods), phaseOf('provision workers', workers.map(provisioning)), downloads(snapshot, workers)];
}

/** The newest head counts: one that was replaced may still be on its way out. */
function headPhases({ rayCluster }: ClusterSnapshot, pods: readonly Pod[]): Phase[] {
  const [head] = pods.filter((pod) => nodeTypeOf(pod) === 'head').sort((a, b) => createdAt(b) - createdAt(a));
  if (!head) {
    const asked = typeof rayCluster === 'string' ? undefined : rayCluster.metadata.creationTimestamp;
    return [phaseOf('provision head', asked === undefined ? [] : [{ from: unix(asked)! }]), phaseOf('initialize head', [])];
  }
  const [scheduled, ready] = [reached(head, 'PodScheduled'), reached(head, 'Ready')];
  return [phaseOf('provision head', [provisioning(head)]), phaseOf('initialize head', scheduled === undefined ? [] : [{ from: scheduled, to: ready }])];
}

function downloads({ events }: ClusterSnapshot, workers: readonly Pod[]): Phase {
  if (typeof events === 'string') { return unseen('download images', events); }
  const { pulls, present }: ImagePulls = imagePulls(events, new Set(workers.map(({ metadata: { name } }) => name)));
  if (pulls.length === 0 && present > 0) {
    return { name: 'download images', state: 'skipped', startedAt: null, seconds: null, note: 'the nodes had the images already' };
  }
  return phaseOf('download images', pulls);
}

/** From the wish for a pod to the node that takes it: what a new node takes to come is in it. */
function provisioning(pod: Pod): Interval {
  return { from: createdAt(pod), to: reached(pod, 'PodScheduled') };
}

function phaseOf(name: PhaseName, intervals: readonly Interval[]): Phase {
  if (intervals.length === 0) { return { name, state: 'waiting', startedAt: null, seconds: null }; }
  const startedAt = new Date(Math.min(...intervals.map(({ from }) => from)) * 1000).toISOString();
  const ended = intervals.filter(({ to }) => to !== undefined);
  const seconds = Math.round(covered(ended) * 1000) / 1000;
  return ended.length < intervals.length ? { name, state: 'running', startedAt, seconds: null } : { name, state: 'done', startedAt, seconds };
}

function unseen(name: PhaseName, note: string): Phase {
  return { name, state: 'unseen', startedAt: null, seconds: null, note };
}

function nodeTypeOf({ metadata: { labels } }: Pod): string | undefined {
  return labels?.[Label.RAY_NODE_TYPE];
}

function createdAt({ metadata: { creationTimestamp } }: Pod): number {
  return unix(creationTimestamp) ?? 0;
}

/** When a condition of a pod came true, if it is. */
function reached(pod: Pod, type: string): number | undefined {
  const condition = conditionOf(pod, type);
  return condition?.status === 'True' ? unix(condition.lastTransitionTime) : undefined;
}

function unix(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text) / 1000;
}
