import { RayClusterV1Spec } from '../ray-cluster-types';
import { allGroups, groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

/** Seconds below which a group gives workers away faster than it gets them. Measured: 8 to 10 s from a task to the pod that runs it. */
const SHORT_IDLE_SECONDS = 10;

/** What a pool for heads keeps ready. */
export interface HeadPoolReadiness {
  /** Nodes that are kept up beyond the heads that run. */
  readonly warmNodes: number;
  /** Families of instances to choose from. Empty: any. */
  readonly instanceFamilies: readonly string[];
}

export const workersOutliveAStart: Rule<RayClusterV1Spec> = {
  id: 'COLD-01',
  title: 'Workers idle for at least as long as a new one takes.',
  severity: 'advice',
  source: 'measured with Ray 2.60 and KubeRay 1.7: 8 to 10 s from a task to its worker, image and node at hand',
  why: 'Between two waves of tasks the group gives its workers away and waits for new ones.',
  check: (spec) => workerGroups(spec).filter(({ idleTimeoutSeconds = Infinity }) => idleTimeoutSeconds < SHORT_IDLE_SECONDS).map((group) => ({
    at: `${groupPath(group)}.idleTimeoutSeconds`,
    got: group.idleTimeoutSeconds,
    expected: `at least ${SHORT_IDLE_SECONDS}`,
    fix: 'idleTimeout: Duration.seconds(60), the default',
  })),
};

export const imageIsPinned: Rule<RayClusterV1Spec> = {
  id: 'COLD-02',
  title: 'An image bears a tag other than latest, or a digest.',
  severity: 'advice',
  source: 'Kubernetes documentation, imagePullPolicy',
  why: 'Kubernetes asks the registry for such an image at every start, and two workers of one cluster may get two of them.',
  check: (spec) => firstOfEachImage(spec).filter(({ image = '' }) => !isPinned(image)).map(({ at, image }) => ({
    at: `${at}.template.spec.containers[0].image`,
    got: image,
    expected: 'a tag that is never moved, or a digest',
    fix: "RayImage.fromRegistry('REPOSITORY:2026-11', ...)",
  })),
};

export const headNodeIsWarm: Rule<HeadPoolReadiness> = {
  id: 'COLD-03',
  title: 'A pool for heads keeps a node warm.',
  severity: 'advice',
  source: 'Geneva startup documentation: head nodes that are always up make the creation of a cluster quick',
  why: 'Each new cluster waits for a machine first, minutes in place of seconds; clusters are new whenever their content changes.',
  check: ({ warmNodes }) => warmNodes > 0 ? [] : [{ at: 'warmNodes', got: warmNodes, expected: 'at least 1', fix: 'warmNodes: 1, the default' }],
};

export const headPoolHasAChoice: Rule<HeadPoolReadiness> = {
  id: 'COLD-04',
  title: 'A pool for heads may choose from more than one instance family.',
  severity: 'advice',
  source: 'Karpenter 1.14 documentation, NodePools: flexible requirements',
  why: 'When the cloud runs out of the one family, no head starts.',
  check: ({ instanceFamilies }) => instanceFamilies.length !== 1 ? [] : [{
    at: 'instanceFamilies',
    got: instanceFamilies,
    expected: 'at least two, or none to have any',
    fix: "instanceFamilies: ['m7i', 'm7a']",
  }],
};

/** Head and workers have one image as a rule, of which it is enough to hear once. */
function firstOfEachImage(spec: RayClusterV1Spec): { readonly at: string; readonly image: string | undefined }[] {
  const images = allGroups(spec).map(({ at, group }) => ({ at, image: group.template.spec.containers[0]?.image }));
  return images.filter(({ image }, i) => images.findIndex((other) => other.image === image) === i);
}

function isPinned(image: string): boolean {
  const [, tag] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? [];
  return image.includes('@sha256:') || (tag !== undefined && tag !== 'latest');
}
