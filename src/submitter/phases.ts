/** The documented steps of a run, in order. */
export const PHASES = [
  'publish', 'provision head', 'initialize head', 'plan scans', 'provision workers', 'download images', 'download zips',
  'schedule actors', 'execute UDF', 'write fragments', 'commit',
] as const;

export type PhaseName = typeof PHASES[number];

/**
 * How far a step is. `skipped`: this run has no such step. `unseen`: it may have happened, but nothing here could see it.
 * The last three: the run ended so in the middle of it.
 */
export type PhaseState = 'waiting' | 'running' | 'done' | 'skipped' | 'unseen' | 'failed' | 'stopped' | 'lost';

/** One step of a run. */
export interface Phase {
  readonly name: PhaseName;
  readonly state: PhaseState;
  readonly startedAt: string | null;
  /** How long it took, or took until the run ended. With several rounds or waits, those between are not counted. */
  readonly seconds: number | null;
  /** Why it was skipped or not seen. */
  readonly note?: string;
}

/** A step that the submitter itself saw from its start to its end. */
export interface SeenPhase {
  readonly name: PhaseName;
  readonly startedAt: string;
  readonly seconds: number;
}

/** A step that the submitter waited for, from the start of the run to its end, and that did not come. */
export interface SkippedPhase {
  readonly name: PhaseName;
  /** Why. */
  readonly note: string;
}

/** A step that was seen, from its two instants. */
export function seenPhase(name: PhaseName, startedAt: Date, endedAt: Date): SeenPhase {
  return { name, startedAt: startedAt.toISOString(), seconds: Math.max(0, endedAt.getTime() - startedAt.getTime()) / 1000 };
}

/** Where a head is, as far as it decides which steps there are and who sees them. */
export type Place = 'local' | 'url' | 'cluster';

/** The place of a target, by its name. */
export function placeOf(target: string): Place {
  if (target === 'local') { return 'local'; }
  return target === 'cluster' || target.startsWith('cluster:') ? 'cluster' : 'url';
}

/** A step as it stands before anything is known of the run: what a target lacks, or hides, is known from the start. */
export function initialPhase(name: PhaseName, place: Place): Phase {
  const [state, note] = KNOWN[place][name] ?? ['waiting', undefined];
  return { name, state, startedAt: null, seconds: null, ...(note ? { note } : {}) };
}

type Known = Partial<Record<PhaseName, readonly [PhaseState, string]>>;

const ON_THIS_MACHINE: Known = {
  'provision head': ['skipped', 'the head is on this machine'],
  'initialize head': ['unseen', 'the head was up, and when it started was not written down'],
  'provision workers': ['skipped', 'a head on this machine has no worker nodes'],
  'download images': ['skipped', 'a head on this machine runs no images'],
};

const OF_KUBERNETES = ['unseen', 'Kubernetes sees it, and the target is a URL of Ray'] as const;

/** Why a step in a cluster is not known. */
export const NOT_WATCHED = 'nobody watched the cluster when it happened';

/** The steps that Kubernetes sees, in order. */
export const CLUSTER_PHASES = ['provision head', 'initialize head', 'provision workers', 'download images'] as const;

const KNOWN: Record<Place, Known> = {
  local: ON_THIS_MACHINE,
  url: Object.fromEntries(CLUSTER_PHASES.map((name) => [name, OF_KUBERNETES])),
  cluster: Object.fromEntries(CLUSTER_PHASES.map((name) => [name, ['unseen', NOT_WATCHED] as const])),
};
