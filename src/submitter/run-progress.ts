import { RuntimeEvent } from './runtime-event';

/** The documented steps of a job, in order. */
export const PHASES = [
  'publish', 'provision head', 'plan scans', 'provision workers', 'download images', 'download zips',
  'schedule actors', 'execute UDF', 'write fragments', 'commit',
] as const;

/** Steps that a head on this machine does not have. */
const CLUSTER_ONLY: readonly string[] = ['provision head', 'provision workers', 'download images'];

/** One step of a run. */
export interface Phase {
  readonly name: string;
  state: 'waiting' | 'running' | 'done' | 'skipped';
  startedAt: string | null;
  seconds: number | null;
}

/** Why a run failed, as the runtime tells it. */
export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly fragment?: number;
  readonly row?: number;
  readonly traceback?: string;
}

/** What a run has done, put together from its events. */
export class RunProgress {
  public readonly phases: Phase[];
  public rows = 0;
  public rowsDone = 0;
  public fragments: number | null = null;
  public tableVersion: number | null = null;
  public workersUp = 0;
  public workersWanted = 0;
  public error: RunError | undefined;
  /** Whether the runtime said that the job is done. */
  public hasResult = false;

  constructor(isLocal: boolean) {
    this.phases = PHASES.map((name) => {
      const isSkipped = isLocal && CLUSTER_ONLY.includes(name);
      return { name, state: isSkipped ? 'skipped' : 'waiting', startedAt: null, seconds: null };
    });
  }

  /** Takes an event into account. An event of a later attempt starts the counts anew. */
  public apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'plan':
        [this.rows, this.rowsDone, this.fragments, this.tableVersion] = [event.rows, event.rowsDone, event.fragments, event.tableVersion];
        this.error = undefined;
        break;
      case 'phase':
        this.phase(event.phase, event.state === 'started' ? 'running' : 'done', event.at, event.seconds);
        break;
      case 'workers':
        [this.workersUp, this.workersWanted] = [event.up, event.wanted];
        break;
      case 'progress':
        [this.rows, this.rowsDone] = [event.rows, event.rowsDone];
        break;
      case 'commit':
        this.tableVersion = event.tableVersion;
        break;
      case 'result':
        [this.rowsDone, this.fragments, this.tableVersion, this.hasResult] = [event.rows, event.fragments, event.tableVersion, true];
        break;
      case 'error':
        this.error = errorOf(event);
        break;
      default: // checkpoint, retry and skipped change nothing that is shown here
    }
  }

  /** Notes the state of a step that the submitter does itself. */
  public phase(name: string, state: 'running' | 'done', at: number, seconds?: number): void {
    const phase = this.phases.find((candidate) => candidate.name === name);
    if (!phase) { return; }
    phase.state = state;
    if (state === 'running') { phase.startedAt = new Date(at * 1000).toISOString(); }
    phase.seconds = seconds ?? phase.seconds;
  }
}

function errorOf({ code, message, fix, fragment, row, traceback }: RunError): RunError {
  return { code, message, fix, fragment, row, traceback };
}
