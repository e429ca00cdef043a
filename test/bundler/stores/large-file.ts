import { randomBytes } from 'crypto';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { sha256 } from '../../../src/bundler/content-key';
import { BundleStore, hashObject, NewObject } from '../../../src/bundler/store';
import { temporaryDirectory } from '../../temporary-directory';

/** A file of random bytes, as something to store. */
export function largeFile(bytes: number): NewObject {
  const path = join(temporaryDirectory(), 'large');
  const body = randomBytes(bytes);
  writeFileSync(path, body);
  return { body: path, bytes, sha256: sha256(body) };
}

/** A file of 70 MiB, above what any store takes in one request, written twice at once and then once more. */
export async function expectWholeAndOnce(store: BundleStore): Promise<void> {
  const large = largeFile(70 * 1024 * 1024);
  const created = await Promise.all([store.createOnly('shards/a.zip', large), store.createOnly('shards/a.zip', large)]);
  expect(created.filter(Boolean)).toHaveLength(1);
  expect(await store.createOnly('shards/a.zip', large)).toBe(false);
  expect(await hashObject(store, 'shards/a.zip')).toBe(large.sha256);
}
