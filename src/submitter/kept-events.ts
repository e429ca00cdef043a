import { text } from 'stream/consumers';
import { pathToFileURL } from 'url';
import { RunRecord } from './run-record';
import { openStore } from '../bundler/stores/open-store';

/** A URL that means the same to Lance and to a bundle store. Azure's do not: there the container is where we have the account. */
const IN_A_STORE = /^(s3|gs):\/\//;

const IS_URL = /^[a-z][a-z0-9+.-]*:\/\//i;

/** What the runtime keeps of a run's events beside its table, or its view: JSON lines. Empty where there are none, or not for us to read. */
export async function keptEvents({ run, spec: { job } }: RunRecord, where: { readonly alsoInStores: boolean }): Promise<string> {
  const table = job.kind === 'backfill' ? job.table : job.destination;
  const key = `_backfill/${encodeURIComponent(run).replace(/\./g, '%2E')}/events.ndjson`; // as the runtime names it
  const url = IS_URL.test(table) ? table : pathToFileURL(table).href;
  if (!url.startsWith('file:') && !(where.alsoInStores && IN_A_STORE.test(url))) { return ''; }
  try {
    return await text(await openStore(url).read(key));
  } catch {
    return ''; // there may be other sources
  }
}
