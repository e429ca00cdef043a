import { runHistory } from './run-history';
import { isOpen } from './run-record';
import { RunStore } from './run-store';

/** Runs that were under way on a head that is gone, oldest first. One that ended while nobody looked is told by its last word. */
export async function brokenOffAt(address: string, store: RunStore): Promise<string[]> {
  const open = store.all().filter((record) => record.address === address && isOpen(record));
  const histories = await Promise.all(open.map((record) => runHistory(record, store, undefined)));
  return histories.filter(({ report }) => report.status === 'lost').map(({ record }) => record.run);
}
