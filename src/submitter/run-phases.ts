import { initialPhase, Phase, PhaseName, PHASES, Place, SeenPhase } from './phases';

/** How a run ended, for the step that it was in then. */
type BrokenOff = 'failed' | 'stopped' | 'lost';

/** The steps of a run as they go by. */
export class RunPhases {
  private phases: Phase[];
  /** When the steps that go on were begun, or begun again. */
  private readonly since = new Map<PhaseName, number>();

  constructor(private readonly place: Place) {
    this.phases = PHASES.map((name) => initialPhase(name, place));
  }

  /** All of them, in order, while the run goes on. */
  public get all(): readonly Phase[] {
    return this.phases;
  }

  /** Notes what the submitter itself saw. */
  public saw(phases: readonly SeenPhase[]): void {
    phases.forEach(({ name, startedAt, seconds }) => this.change(name, () => ({ name, state: 'done', startedAt, seconds })));
  }

  /** Notes how steps stand that somebody else keeps track of. What is done stays so, though its traces may go. */
  public stand(phases: readonly Phase[]): void {
    phases.forEach((phase) => {
      if (phase.state === 'running' && phase.startedAt !== null) { this.since.set(phase.name, Date.parse(phase.startedAt) / 1000); }
      this.change(phase.name, (before) => (before.state === 'done' && phase.state !== 'done' && phase.state !== 'running' ? before : phase));
    });
  }

  /** Notes that this run has no such step. */
  public skip(name: PhaseName, note: string): void {
    this.change(name, (phase) => ({ ...phase, state: 'skipped', note }));
  }

  /** A step that was done before begins another round, and keeps its first start and the time it took so far. */
  public started(name: PhaseName, at: number): void {
    this.since.set(name, at);
    this.change(name, ({ startedAt, seconds }) => ({ name, state: 'running', startedAt: startedAt ?? instant(at), seconds }));
  }

  public ended(name: PhaseName, at: number, seconds?: number): void {
    const took = seconds ?? at - (this.since.get(name) ?? at);
    this.since.delete(name);
    this.change(name, (phase) => ({ name, state: 'done', startedAt: phase.startedAt ?? instant(at - took), seconds: sum(phase.seconds, took) }));
  }

  /** Another attempt goes through the runtime's steps again. */
  public restart(names: readonly PhaseName[]): void {
    names.forEach((name) => {
      this.since.delete(name);
      this.change(name, () => initialPhase(name, this.place));
    });
  }

  /** How they read once the run has succeeded: a step that never came was not needed. */
  public whenSucceeded(): Phase[] {
    return this.published((phase) => {
      if (phase.state === 'waiting') { return { ...phase, state: 'skipped', note: 'there was nothing to do' }; }
      return phase.state === 'running' ? { ...phase, state: 'done' } : phase;
    });
  }

  /** How they read once the run has ended before its time. */
  public whenBrokenOff(how: BrokenOff, endedAt: number | undefined): Phase[] {
    return this.published((phase) => {
      if (phase.state === 'waiting') { return { ...phase, state: 'skipped', note: 'the run ended before it' }; }
      if (phase.state !== 'running') { return phase; }
      const since = this.since.get(phase.name);
      const took = endedAt === undefined || since === undefined ? null : Math.max(0, endedAt - since);
      return { ...phase, state: how, seconds: took === null ? phase.seconds : sum(phase.seconds, took) };
    });
  }

  /** How they read once Ray has the run. */
  public whenSubmitted(): Phase[] {
    return this.published((phase) => phase);
  }

  /** Nothing is submitted before its bundle is there, whoever published it. */
  private published(of: (phase: Phase) => Phase): Phase[] {
    return this.phases.map((phase) => (
      phase.name === 'publish' && phase.state === 'waiting' ? { ...phase, state: 'done', note: 'its time was not seen here' } : of(phase)));
  }

  private change(name: PhaseName, to: (phase: Phase) => Phase): void {
    this.phases = this.phases.map((phase) => (phase.name === name ? to(phase) : phase));
  }
}

function instant(at: number): string {
  return new Date(at * 1000).toISOString();
}

function sum(before: number | null, took: number): number {
  return Math.round(((before ?? 0) + took) * 1000) / 1000;
}
