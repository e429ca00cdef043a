import { Phase, PhaseName, Place, placeOf } from './phases';
import { RunPhases } from './run-phases';
import { RunRecord } from './run-record';
import { RuntimeEvent } from './runtime-event';

/** The steps that the runtime tells of. */
const RUNTIME_PHASES: readonly PhaseName[] = ['plan scans', 'download zips', 'schedule actors', 'execute UDF', 'write fragments', 'commit'];

/** Why there is nothing to publish. */
export const NO_BUNDLE = 'the environment has no bundle: its code is in the image';

/** Why a run failed, as the runtime tells it. */
export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly fragment?: number;
  readonly row?: number;
  readonly traceback?: string;
}

/** How a view was brought up to date. `fresh`: it was right already. */
export interface Refresh {
  readonly kind: 'fresh' | 'changes' | 'whole';
  /** Rows that it had before and that are gone or written anew. */
  readonly rowsRemoved: number;
  /** Why all of it was computed. */
  readonly reason?: string;
}

/** What a run has done, put together from its events. */
export class RunProgress {
  /** That of a run of which nothing is known but its record. */
  public static of(record: RunRecord): RunProgress {
    const progress = new RunProgress(placeOf(record.target));
    progress.steps.saw(record.phases ?? []);
    record.skippedPhases?.forEach(({ name, note }) => progress.steps.skip(name, note));
    if (record.spec.bundle === null) { progress.steps.skip('publish', NO_BUNDLE); }
    return progress;
  }

  public readonly steps: RunPhases;
  public rows = 0;
  public rowsDone = 0;
  public fragments: number | null = null;
  /** All of the table's, when the run was planned. */
  public tableFragments = 0;
  public tableVersion: number | null = null;
  public workersUp = 0;
  public workersWanted = 0;
  /** Rows that became null because their values could not be computed. */
  public rowsSkipped = 0;
  /** Tasks that were begun again, after a worker was lost or asked for it. */
  public retries = 0;
  /** Of a view. */
  public refresh: Refresh | undefined;
  public error: RunError | undefined;
  /** Whether the runtime said that the job is done. */
  public hasResult = false;
  /** When the runtime last said anything, in Unix seconds. */
  public lastWordAt: number | undefined;
  private attempt = 0;

  constructor(place: Place) {
    this.steps = new RunPhases(place);
  }

  /** The steps so far. */
  public get phases(): readonly Phase[] {
    return this.steps.all;
  }

  /** Takes an event into account. An event of a later attempt starts the counts anew. */
  public apply(event: RuntimeEvent): void {
    this.lastWordAt = event.at;
    if (event.attempt > this.attempt) { this.begin(event.attempt); }
    switch (event.type) {
      case 'plan':
        [this.rows, this.rowsDone, this.fragments, this.tableVersion] = [event.rows, event.rowsDone, event.fragments, event.tableVersion];
        this.tableFragments = event.fragments;
        break;
      case 'phase':
        this.step(event);
        break;
      case 'workers':
        [this.workersUp, this.workersWanted] = [event.up, event.wanted];
        break;
      case 'progress':
        [this.rows, this.rowsDone] = [event.rows, event.rowsDone];
        break;
      case 'retry':
        this.retries += 1;
        break;
      case 'skipped':
        this.rowsSkipped += event.rows;
        break;
      case 'commit':
        this.tableVersion = event.tableVersion;
        break;
      case 'result':
        [this.rowsDone, this.fragments, this.tableVersion, this.hasResult] = [event.rows, event.fragments, event.tableVersion, true];
        this.refresh = refreshOf(event);
        break;
      case 'error':
        this.error = errorOf(event);
        break;
      default: // a checkpoint changes nothing that is shown here
    }
  }

  /** Starts the counts of another attempt, which has not failed yet. */
  public begin(attempt: number): void {
    this.attempt = attempt;
    this.error = undefined;
    this.steps.restart(RUNTIME_PHASES);
    [this.workersUp, this.workersWanted] = [0, 0];
  }

  private step({ phase, state, at, seconds }: Extract<RuntimeEvent, { type: 'phase' }>): void {
    if (state === 'started') { this.steps.started(phase, at); } else { this.steps.ended(phase, at, seconds); }
  }
}

function errorOf({ code, message, fix, fragment, row, traceback }: RunError): RunError {
  return { code, message, fix, fragment, row, traceback };
}

function refreshOf({ refresh: kind, rowsRemoved = 0, reason }: Extract<RuntimeEvent, { type: 'result' }>): Refresh | undefined {
  return kind && { kind, rowsRemoved, ...(reason ? { reason } : {}) };
}
