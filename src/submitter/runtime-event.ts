import { PhaseName } from './phases';

/** Version of the format that this release reads. */
export const RUNTIME_EVENTS_SCHEMA = 'runtime-events/v1';

/**
 * Every event starts so; all other lines of a job's log are the user's own output.
 *
 * Mostly it is the line that starts so. But Ray prints the output of workers between the events in two writes, its text and
 * then the end of the line, and an event may come between them.
 */
const MARKER = '{"schema":"runtime-events/';

interface EventBase {
  readonly schema: string;
  /** Unix time, seconds. */
  readonly at: number;
  readonly run: string;
  readonly attempt: number;
}

/** What the runtime tells; see `schemas/runtime-event.v1.schema.json`. */
export type RuntimeEvent = EventBase & (
  | { readonly type: 'plan'; readonly table: string; readonly tableVersion: number; readonly fragments: number; readonly rows: number; readonly rowsDone: number; readonly tasks: number; readonly concurrency: number; readonly refresh?: 'fresh' | 'changes' | 'whole'; readonly reason?: string }
  | { readonly type: 'phase'; readonly phase: PhaseName; readonly state: 'started' | 'ended'; readonly seconds?: number }
  | { readonly type: 'workers'; readonly up: number; readonly wanted: number }
  | { readonly type: 'progress'; readonly rowsDone: number; readonly rows: number; readonly tasksDone: number; readonly tasks: number }
  | { readonly type: 'checkpoint'; readonly fragment: number; readonly rows: number; readonly bytes: number }
  | { readonly type: 'retry'; readonly fragment: number; readonly reason: string }
  | { readonly type: 'skipped'; readonly rows: number }
  | { readonly type: 'commit'; readonly table: string; readonly tableVersion: number; readonly fragments: number }
  | { readonly type: 'result'; readonly table: string; readonly tableVersion: number; readonly rows: number; readonly fragments: number; readonly bytesWritten: number; readonly seconds: number; readonly refresh?: 'fresh' | 'changes' | 'whole'; readonly rowsRemoved?: number; readonly reason?: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly fix: string; readonly fragment?: number; readonly row?: number; readonly traceback?: string }
);

/** The event on a line of a job's log, or undefined when the line is the user's own output. */
export function parseEvent(line: string): RuntimeEvent | undefined {
  const start = line.indexOf(MARKER);
  if (start < 0) { return undefined; }
  try {
    const event = JSON.parse(line.slice(start)) as RuntimeEvent;
    return event.schema === RUNTIME_EVENTS_SCHEMA && typeof event.type === 'string' ? event : undefined;
  } catch {
    return undefined; // a line that was cut when its writer was killed
  }
}
