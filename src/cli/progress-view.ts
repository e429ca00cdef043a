import { Io } from './io';
import { isRaysOwn } from './rays-own';
import { Speed } from './speed';
import { HashProgress } from '../bundler/hash-files';
import { PublishProgress } from '../bundler/publish';
import { bytes, counted, duration } from '../submitter/amounts';
import { RunListener } from '../submitter/follow';
import { RunProgress } from '../submitter/run-progress';
import { RuntimeEvent } from '../submitter/runtime-event';

/** A line every so often, where none can be redrawn. */
const PLAIN_MS = 5_000;
const LIVE_MS = 200;

/** What a view hears of a submit. */
export interface ViewListener extends RunListener {
  onProgress(progress: RunProgress): void;
  onPublish(progress: PublishProgress): void;
}

/** Shows a run while it goes on: one redrawn line on a terminal, a line now and then elsewhere. */
export class ProgressView {
  private lastDrawn: number;
  private drawn = false;
  private readonly hashSpeed = new Speed();
  private readonly publishSpeed = new Speed();
  private firstRows?: { readonly at: number; readonly rows: number };
  private readonly phases = new Map<string, string>();

  constructor(private readonly io: Io) {
    this.lastDrawn = io.isLive ? 0 : Date.now(); // what is done sooner needs no line
  }

  /** What a run's listener needs. */
  public listener(): ViewListener {
    return {
      onEvent: (event) => this.event(event),
      onLine: (line) => { if (!isRaysOwn(line)) { this.print(`  | ${line}`); } },
      onNotice: (text) => this.print(text),
      drained: () => this.io.drained(),
      onProgress: (progress) => this.progress(progress),
      onPublish: ({ bytesDone, bytes: total, shardsDone, shards, shippedBytes }) => {
        if (shards === 0) { return; }
        const speed = this.publishSpeed.of(bytesDone, total);
        this.draw(`publish: ${shardsDone}/${shards} shards, ${bytes(bytesDone)} of ${bytes(total)}${speed}, ${bytes(shippedBytes)} uploaded`);
      },
    };
  }

  /** What hashing tells. */
  public hashing(): (progress: HashProgress) => void {
    return ({ bytesDone, bytes: total, files }) => {
      this.draw(`hash: ${bytes(bytesDone)} of ${bytes(total)} in ${files} files${this.hashSpeed.of(bytesDone, total)}`);
    };
  }

  /** Prints a line for good. */
  public print(text: string): void {
    this.clear();
    this.io.say(text);
  }

  /** Takes the redrawn line away. */
  public clear(): void {
    if (this.drawn) { process.stderr.write('\r\x1b[K'); }
    this.drawn = false;
  }

  private event(event: RuntimeEvent): void {
    this.io.event(event);
    if (event.type === 'plan') {
      this.print(`${counted(event.rows, 'row')} in ${counted(event.fragments, 'fragment')} of ${event.table}, version ${event.tableVersion}; ${counted(event.concurrency, 'actor')}`
        + (event.rowsDone > 0 ? `; ${event.rowsDone.toLocaleString('en')} of them are done already` : ''));
    }
    if (event.type === 'retry') { this.print(`fragment ${event.fragment} again: ${event.reason}`); }
    if (event.type === 'skipped') { this.print(`${counted(event.rows, 'row')} skipped`); }
  }

  private progress(progress: RunProgress): void {
    for (const phase of progress.phases) {
      if (phase.name === 'execute UDF' && phase.state === 'running' && this.phases.get(phase.name) !== 'running') { this.lastDrawn = 0; }
      if (phase.state === 'done' && ['waiting', 'running'].includes(this.phases.get(phase.name) ?? '')) { // what is looked at now and then may be over before it was seen
        this.print(`${phase.name.padEnd(18)} ${phase.seconds === null ? '' : duration(phase.seconds)}`.trimEnd());
      }
      this.phases.set(phase.name, phase.state);
    }
    if (progress.rows > 0 && this.phases.get('execute UDF') === 'running') { this.draw(this.rowsLine(progress)); }
  }

  private rowsLine(progress: RunProgress): string {
    const now = Date.now() / 1000;
    this.firstRows ??= { at: now, rows: progress.rowsDone };
    const seconds = now - this.firstRows.at;
    const rate = seconds > 0.5 ? (progress.rowsDone - this.firstRows.rows) / seconds : 0;
    const left = rate > 0 ? `, ${Math.round(rate)} rows/s, ${duration((progress.rows - progress.rowsDone) / rate)} left` : '';
    return `execute UDF: ${progress.rowsDone}/${progress.rows} rows, ${progress.workersUp} of ${progress.workersWanted} actors${left}`;
  }

  private draw(text: string): void {
    const now = Date.now();
    if (now - this.lastDrawn < (this.io.isLive ? LIVE_MS : PLAIN_MS)) { return; }
    this.lastDrawn = now;
    if (!this.io.isLive) {
      this.io.say(text);
      return;
    }
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.drawn = true;
  }
}
