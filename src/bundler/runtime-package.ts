import { readFileSync } from 'fs';
import { join } from 'path';
import { contentKey, sha256, sortedByPath } from './content-key';
import { BundleStore, newObject, runtimeKey } from './store';
import { walk } from './walk';
import { zip } from './zip';

/** Ray strips a lone top-level directory from an archive, and the package with it; a second entry prevents that. */
const MARKER = { path: 'BACKFILL_RUNTIME', executable: false, bytes: Buffer.from('Keeps Ray from stripping the directory beside this file.\n') };

/**
 * Publishes the runtime itself, so that any image with Ray, Lance and Arrow can run a job.
 *
 * @param source directory that holds the package `backfill_runtime`
 * @returns URL of the zip, for `runtime_env.py_modules`
 */
export async function publishRuntime(source: string, store: BundleStore): Promise<string> {
  const { key, members } = packed(source);
  const published = await urlOf(key, store);
  if (published !== undefined) { return published; }
  await store.createOnly(key, newObject(zip(members)));
  return store.url + key;
}

/** URL of the same zip, if somebody has published it. */
export async function publishedRuntime(source: string, store: BundleStore): Promise<string | undefined> {
  return urlOf(packed(source).key, store);
}

function packed(source: string) {
  const files = sortedByPath(walk(source, { kind: 'workspace', path: source }).files.filter((file) => file.path.endsWith('.py')));
  const members = [MARKER, ...files.map(({ path }) => ({ path, executable: false, bytes: readFileSync(join(source, path)) }))];
  return { members, key: runtimeKey(contentKey(members.map((member) => ({ ...member, sha256: sha256(member.bytes) })))) };
}

async function urlOf(key: string, store: BundleStore): Promise<string | undefined> {
  for await (const present of store.list(key)) {
    return store.url + present.key;
  }
  return undefined;
}
