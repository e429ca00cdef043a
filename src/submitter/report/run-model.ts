import { Point, rowsOverTime, workersOverTime } from './over-time';
import { fragmentsSaved, SavedFragment } from './saved-fragments';
import { spansOf, Span } from './spans';
import { RunHistory } from '../run-history';
import { lastAttempt, RunRecord } from '../run-record';
import { RunReport } from '../run-report';
import { RuntimeEvent } from '../runtime-event';

/** A task that was begun again. */
export interface Retry {
  /** Unix seconds. */
  readonly at: number;
  readonly attempt: number;
  readonly fragment: number;
  readonly reason: string;
}

/** The numbers behind the page of a run. Times are in Unix seconds. */
export interface RunModel {
  readonly record: RunRecord;
  readonly report: RunReport;
  /** When the first thing of this run was done: its publish, or its submission. */
  readonly from: number;
  /** When it ended, or was last heard of. */
  readonly to: number;
  readonly hasEnded: boolean;
  readonly spans: readonly Span[];
  readonly rows: readonly Point[];
  /** Rows that there were to compute, as far as was known. */
  readonly rowsTotal: number;
  readonly workers: readonly Point[];
  /** That were up at once, at most. */
  readonly workersMost: number;
  readonly workersWanted: number;
  readonly fragments: readonly SavedFragment[];
  readonly retries: readonly Retry[];
  readonly bytesWritten: number | undefined;
  readonly eventCount: number;
}

/** Works out the numbers of a run. */
export function runModel({ record, events, report }: RunHistory): RunModel {
  const to = endOf(record, events);
  const spans = spansOf(record, events, to);
  const from = Math.min(Date.parse(record.createdAt) / 1000, ...spans.map((span) => span.from));
  const rows = rowsOverTime(events);
  const workers = workersOverTime(events);
  const result = events.find((event) => event.type === 'result');
  return {
    record,
    report,
    from,
    to: Math.max(from, to),
    hasEnded: !['prepared', 'pending', 'running'].includes(report.status),
    spans,
    rows,
    rowsTotal: most(rows, ({ total }) => total),
    workers,
    workersMost: most(workers, ({ value }) => value),
    workersWanted: most(events, (event) => (event.type === 'workers' ? event.wanted : 0)),
    fragments: fragmentsSaved(events),
    retries: events.flatMap((event) => (event.type === 'retry' ? [retryOf(event)] : [])),
    bytesWritten: result?.type === 'result' ? result.bytesWritten : undefined,
    eventCount: events.length,
  };
}

/** Seconds that a step took, over all attempts and rounds. */
export function secondsIn(model: RunModel, name: Span['name']): number {
  return model.spans.filter((span) => span.name === name).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The runtime's last word is the end of the work; Ray's own end, a second or more later, counts where there was none. */
function endOf(record: RunRecord, events: readonly RuntimeEvent[]): number {
  const last = events[events.length - 1];
  if (last?.type === 'result' || last?.type === 'error') { return last.at; }
  const { endedAt, submittedAt, preparedAt } = lastAttempt(record);
  return Math.max(last?.at ?? 0, Date.parse(endedAt ?? submittedAt ?? preparedAt) / 1000);
}

function retryOf({ at, attempt, fragment, reason }: Extract<RuntimeEvent, { type: 'retry' }>): Retry {
  return { at, attempt, fragment, reason };
}

/** Not `Math.max(...)`: what a day's run tells is too much to be arguments. */
function most<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((largest, item) => Math.max(largest, of(item)), 0);
}
