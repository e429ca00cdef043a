import { createHash } from 'crypto';
import { closeSync, fstatSync, openSync, readSync, Stats } from 'fs';
import { BundleError } from './bundle-error';
import { holdsPrivateKey } from './left-out';

/** What a file held when it was read. */
export interface FileContent {
  /** Of the bytes, in hex, or {@link PRIVATE_KEY}. */
  readonly sha256: string;
  readonly size: number;
}

/**
 * Stands in place of the hash of a file that holds a private key, in the stat index too: no bytes have it, so whatever
 * is done with it, the file can't be packed.
 */
export const PRIVATE_KEY = 'private key';

const CHUNK_BYTES = 2 ** 20;

/** Reading a file that changes meanwhile once more is enough for an editor's save; more is somebody writing all the time. */
const MOST_READS = 2;

const chunk = Buffer.allocUnsafe(CHUNK_BYTES);

/**
 * Hashes a file's bytes, never more than a chunk of them in memory.
 *
 * @throws BundleError UNREADABLE or FILE_CHANGING
 */
export function hashFile(path: string): FileContent {
  const file = openFile(path);
  try {
    for (let reads = 0; reads < MOST_READS; reads++) {
      const before = fstatSync(file);
      const content = readAll(file);
      if (isSame(before, fstatSync(file)) && content.size === before.size) { return content; }
    }
  } catch (error) {
    throw error instanceof BundleError ? error : unreadable(path, error as Error);
  } finally {
    closeSync(file);
  }
  throw new BundleError('FILE_CHANGING', `${path} changed each time while it was read`, 'stop what writes to it, or exclude it');
}

function readAll(file: number): FileContent {
  const hash = createHash('sha256');
  let [size, isKey] = [0, false];
  for (;;) {
    const read = readSync(file, chunk, 0, CHUNK_BYTES, size);
    if (read === 0) { break; }
    const bytes = chunk.subarray(0, read);
    isKey ||= size === 0 && holdsPrivateKey(bytes);
    hash.update(bytes);
    size += read;
  }
  return { sha256: isKey ? PRIVATE_KEY : hash.digest('hex'), size };
}

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** Opens a file of a root to read it. @throws BundleError UNREADABLE */
export function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

/** The error for a file that can't be read. */
export function unreadable(path: string, error: Error): BundleError {
  return new BundleError('UNREADABLE', `${path}: ${error.message}`, 'give read access to it, or exclude it');
}
