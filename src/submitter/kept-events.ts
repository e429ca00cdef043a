import { readFile } from 'fs/promises';
import { join } from 'path';
import { text } from 'stream/consumers';
import { fileURLToPath } from 'url';
import { RunRecord } from './run-record';
import { openStore } from '../bundler/stores/open-store';

/** A URL that means the same to Lance and to a bundle store. Azure's do not: there the container is where we have the account. */
const IN_A_STORE = /^(s3|gs):\/\//;

const IS_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/** What the runtime keeps of a run's events beside its table, or its view: JSON lines. Empty where there are none, or not for us to read. */
export async function keptEvents({ run, spec: { job } }: RunRecord, where: { readonly alsoInStores: boolean }): Promise<string> {
  const table = job.kind === 'backfill' ? job.table : job.destination;
  const key = `_backfill/${encodeURIComponent(run).replace(/\./g, '%2E')}/events.ndjson`; // as the runtime names it
  try {
    if (table.startsWith('file://')) { return await readFile(join(fileURLToPath(table), key), 'utf8'); }
    if (!IS_URL.test(table)) { return await readFile(join(table, key), 'utf8'); }
    return where.alsoInStores && IN_A_STORE.test(table) ? await text(await openStore(table).read(key)) : '';
  } catch {
    return ''; // there may be other sources
  }
}
