import { readFileSync } from 'fs';
import { join } from 'path';
import { fileURLToPath } from 'url';
import { RayJobsClient } from './ray-jobs';
import { Attempt, RunRecord } from './run-record';
import { RunStore } from './run-store';
import { parseEvent, RuntimeEvent } from './runtime-event';

/**
 * What a run told, over all attempts, oldest first.
 *
 * Ray's log has it all while its head is there. Else it is put together from what this machine heard and, of a backfill of
 * a table on this machine, from what the runtime keeps beside the table: each may lack what the other has.
 */
export async function runEvents(record: RunRecord, store: RunStore, client: RayJobsClient | undefined): Promise<RuntimeEvent[]> {
  let beside: RuntimeEvent[] | undefined;
  const found: RuntimeEvent[][] = [];
  for (const attempt of record.attempts) {
    const logged = client ? eventsIn(await client.logs(attempt.submissionId)) : [];
    beside ??= logged.length > 0 ? undefined : besideTable(record);
    found.push(logged.length > 0 ? logged : merged(heardHere(record, attempt, store), ofAttempt(beside ?? [], attempt)));
  }
  return found.flat();
}

/** The events among the lines of a log. */
export function eventsIn(log: string): RuntimeEvent[] {
  return log.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

function heardHere(record: RunRecord, { attempt }: Attempt, store: RunStore): RuntimeEvent[] {
  return eventsIn(textOf(store.journalPath(record.run, attempt)));
}

function besideTable({ run, spec: { job } }: RunRecord): RuntimeEvent[] {
  const table = job.kind === 'backfill' ? localPath(job.table) : undefined;
  if (table === undefined) { return []; }
  const folder = encodeURIComponent(run).replace(/\./g, '%2E'); // as the runtime names it
  return eventsIn(textOf(join(table, '_backfill', folder, 'events.ndjson')));
}

function localPath(table: string): string | undefined {
  if (table.startsWith('file://')) { return fileURLToPath(table); }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(table) ? undefined : table;
}

function ofAttempt(events: readonly RuntimeEvent[], { attempt }: Attempt): RuntimeEvent[] {
  return events.filter((event) => event.attempt === attempt);
}

/** Both sources hold the same lines, so one that is in both is told from two by its text. */
function merged(one: readonly RuntimeEvent[], other: readonly RuntimeEvent[]): RuntimeEvent[] {
  const byText = new Map([...one, ...other].map((event) => [JSON.stringify(event), event]));
  return [...byText.values()].sort((a, b) => a.at - b.at);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // nothing was kept there, or not for us to read: there may be other sources
  }
}
