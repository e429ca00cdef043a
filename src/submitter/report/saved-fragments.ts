import { RuntimeEvent } from '../runtime-event';

/** What was saved of one fragment, as checkpoint events tell it. Times in Unix seconds. */
export interface SavedFragment {
  readonly fragment: number;
  readonly rows: number;
  readonly bytes: number;
  readonly checkpoints: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly retries: number;
}

/**
 * The fragments, the one that was saved last first.
 *
 * The events tell when values were saved, not when an actor began with them: what was slow shows in what came last, and in
 * what was saved long after its first part.
 */
export function fragmentsSaved(events: readonly RuntimeEvent[]): SavedFragment[] {
  const fragments = new Map<number, SavedFragment>();
  const retries = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'retry') { retries.set(event.fragment, (retries.get(event.fragment) ?? 0) + 1); }
    if (event.type !== 'checkpoint') { continue; }
    const { fragment, rows, bytes, at } = event;
    const before = fragments.get(fragment) ?? { fragment, rows: 0, bytes: 0, checkpoints: 0, firstAt: at, lastAt: at, retries: 0 };
    fragments.set(fragment, { ...before, rows: before.rows + rows, bytes: before.bytes + bytes, checkpoints: before.checkpoints + 1, lastAt: at });
  }
  return [...fragments.values()]
    .map((saved) => ({ ...saved, retries: retries.get(saved.fragment) ?? 0 }))
    .sort((a, b) => b.lastAt - a.lastAt || a.fragment - b.fragment);
}
