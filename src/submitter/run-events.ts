import { readFileSync } from 'fs';
import { keptEvents } from './kept-events';
import { RayJobsClient } from './ray-jobs';
import { Attempt, isOpen, RunRecord } from './run-record';
import { RunStore } from './run-store';
import { parseEvent, RuntimeEvent } from './runtime-event';

/**
 * What a run told, over all attempts, oldest first.
 *
 * Ray's log has it all while its head is there. Else it is put together from what this machine heard and from what the runtime keeps
 * beside the table, or the view: each may lack what the other has.
 */
export async function runEvents(record: RunRecord, store: RunStore, client: RayJobsClient | undefined): Promise<RuntimeEvent[]> {
  const alsoInStores = client === undefined || !isOpen(record); // a job that has just begun has no log either, and is asked for often
  let beside: RuntimeEvent[] | undefined;
  const found: RuntimeEvent[][] = [];
  for (const attempt of record.attempts) {
    const logged = client ? eventsIn(await client.logs(attempt.submissionId)) : [];
    if (logged.length === 0) { beside ??= eventsIn(await keptEvents(record, { alsoInStores })); }
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
