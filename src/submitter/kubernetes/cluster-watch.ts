import { setTimeout as sleep } from 'timers/promises';
import { ClusterApi } from './cluster-api';
import { clusterPhases } from './cluster-phases';
import { timeOf } from './image-pulls';
import { CoreEvent, Pod, RayCluster } from './objects';
import { NoContactError } from '../no-contact';
import { NOT_WATCHED, Phase, SeenPhase, SkippedPhase } from '../phases';
import { SubmitterError } from '../submitter-error';

/** Between two looks, while something goes on; where nothing changes they become rarer. */
const FIRST_PAUSE_MS = 3_000;
const LONGEST_PAUSE_MS = 30_000;

/** Events that say why a pod does not start. Not FailedScheduling: a new node is on its way then, as a rule. */
const TROUBLES = ['Failed', 'BackOff', 'FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox', 'InspectFailed'];

/** Who hears what was seen. */
export interface ClusterListener {
  onPhases?(phases: readonly Phase[]): void;
  onNotice?(text: string): void;
}

/** Watches the cluster of a run: when its head and its workers come, and what keeps them. */
export class ClusterWatch {
  private rayCluster?: RayCluster;
  /** By name, also of those that are gone: a worker that left did come. */
  private readonly pods = new Map<string, Pod>();
  private readonly events = new Map<string, CoreEvent>();
  /** What may not be seen, and why. */
  private readonly refused = new Map<'rayCluster' | 'pods' | 'events', string>();
  private readonly told = new Set<string>();
  private readonly stopped = new AbortController();
  private latest: readonly Phase[] = [];
  private running?: Promise<void>;
  private isWhole = true;

  /** @param since when the run began */
  constructor(private readonly cluster: ClusterApi, private since: Date, private readonly listener: ClusterListener) {}

  /** Takes note that the run had begun before anybody watched: what is not seen may have been there. */
  public beganAt(since: Date): void {
    [this.since, this.isWhole] = [since, false];
  }

  /** The steps that are done. */
  public get seen(): SeenPhase[] {
    return this.latest.flatMap(({ name, state, startedAt, seconds }) =>
      (state === 'done' && startedAt !== null && seconds !== null ? [{ name, startedAt, seconds }] : []));
  }

  /** The steps that did not come. Known once it has finished. */
  public get skipped(): SkippedPhase[] {
    return this.latest.flatMap(({ name, state, note }) => (state === 'skipped' && note !== undefined ? [{ name, note }] : []));
  }

  /** Looks now and then, until {@link stop}. */
  public start(): void {
    this.running ??= this.run();
  }

  public stop(): void {
    this.stopped.abort();
  }

  /** Stops, and looks once more, so that what came last is seen, too. What has not come by then did not come, or was not seen. */
  public async finish(): Promise<void> {
    this.stop();
    await this.running;
    this.latest = (await this.look()).map((phase) => (phase.state === 'waiting' ? this.absent(phase) : phase));
    this.listener.onPhases?.(this.latest);
  }

  /** Looks once. What can't be seen now is seen later, or by its absence. */
  public async look(): Promise<readonly Phase[]> {
    await Promise.all([
      this.see('rayCluster', async () => { this.rayCluster = await this.cluster.rayCluster(); }),
      this.see('pods', async () => (await this.cluster.pods()).forEach((pod) => this.pods.set(pod.metadata.name, pod))),
    ]);
    await this.see('events', async () => (await this.cluster.events('Pod')).forEach((event) => this.hear(event)));
    const [pods, events] = [[...this.pods.values()], [...this.events.values()]];
    this.latest = clusterPhases({
      since: this.since.getTime() / 1000,
      rayCluster: this.refused.get('rayCluster') ?? this.rayCluster ?? 'it is not there',
      pods: this.refused.get('pods') ?? pods,
      events: this.refused.get('events') ?? events,
    });
    this.listener.onPhases?.(this.latest);
    return this.latest;
  }

  /** Every run has a head, so one that was not seen was there all the same. */
  private absent(phase: Phase): Phase {
    const isOfWorkers = phase.name === 'provision workers' || phase.name === 'download images';
    return isOfWorkers && this.isWhole ? { ...phase, state: 'skipped', note: 'no worker was made for this run' } : { ...phase, state: 'unseen', note: NOT_WATCHED };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
      const before = JSON.stringify(this.latest);
      const phases = await this.look();
      if (JSON.stringify(phases) !== before || phases.some(({ state }) => state === 'running')) { pause = FIRST_PAUSE_MS; }
      await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async see(what: 'rayCluster' | 'pods' | 'events', look: () => Promise<void>): Promise<void> {
    if (this.refused.has(what)) { return; }
    try {
      await look();
    } catch (error) {
      if (error instanceof NoContactError) { return; }
      if (!(error instanceof SubmitterError)) { throw error; }
      if (error.code === 'KUBERNETES_FORBIDDEN') { this.refused.set(what, error.message); }
    }
  }

  private hear(event: CoreEvent): void {
    const { involvedObject: { name = '' }, reason = '', message = '' } = event;
    if (!this.pods.has(name)) { return; } // of other pods of the namespace
    this.events.set(event.metadata.uid ?? event.metadata.name, event);
    const isNew = timeOf(event) >= Math.floor(this.since.getTime() / 1000) && event.type === 'Warning' && TROUBLES.includes(reason) && !this.told.has(reason);
    if (!isNew) { return; }
    this.told.add(reason); // once: what keeps one worker keeps the others
    this.listener.onNotice?.(`pod ${name}: ${reason}: ${message.split('\n')[0].slice(0, 300)}`);
  }
}
