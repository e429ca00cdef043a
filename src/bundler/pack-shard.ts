import { createHash } from 'crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'fs';
import { join } from 'path';
import { BundleError } from './bundle-error';
import { sha256 } from './content-key';
import { openFile, unreadable } from './file-hash';
import { DEFAULT_SHARD_LIMITS, SizedFile } from './shards';
import { NewObject, newObject } from './store';
import { zip, zipLarge, ZipMember, ZipSink } from './zip';

/** A shard that is to be made into a zip. */
export interface PackTask {
  /** Directory that the paths of the files are relative to. */
  readonly root: string;
  readonly files: readonly SizedFile[];
  readonly level: number;
  /** Where a zip goes that is too large for memory. */
  readonly spool: string;
}

/** A file above this is alone in its shard, and is packed piece by piece. */
const LARGE_BYTES = DEFAULT_SHARD_LIMITS.maxBytes;

/** Where files are read to, one after the other: fresh memory for each costs twice the time of reading it. */
let scratch = Buffer.alloc(0);

const PIECE_BYTES = 4 * 2 ** 20;

/**
 * Reads the files of a shard, makes sure that they are what was hashed, and zips them: in memory, or into the task's spool file.
 *
 * @throws BundleError UNREADABLE or FILE_CHANGED
 */
export function packShard(task: PackTask): NewObject {
  const [first] = task.files;
  if (task.files.length === 1 && first.size > LARGE_BYTES) { return packLarge(task, first); }
  return newObject(zip(members(task), task.level));
}

/** Each member's bytes hold until the next one is asked for. */
function* members({ root, files }: PackTask): Iterable<ZipMember> {
  for (const file of files) {
    const path = join(root, file.path);
    const bytes = readWhole(path, file.size);
    if (bytes.length !== file.size || sha256(bytes) !== file.sha256) { throw changed(path); }
    yield { path: file.path, executable: file.executable, bytes };
  }
}

function packLarge({ root, level, spool }: PackTask, file: SizedFile): NewObject {
  const path = join(root, file.path);
  const output = openSync(spool, 'wx+', 0o600);
  try {
    const sink: ZipSink = {
      write: (bytes) => writeWhole(output, bytes),
      replace: (offset, bytes) => { writeSync(output, bytes, 0, bytes.length, offset); },
    };
    zipLarge({ path: file.path, executable: file.executable, size: file.size, read: () => pieces(path, file) }, sink, level);
    return { body: spool, bytes: fstatSync(output).size, sha256: hashDescriptor(output) };
  } finally {
    closeSync(output);
  }
}

function* pieces(path: string, file: SizedFile): Iterable<Uint8Array> {
  const input = openFile(path);
  try {
    const hash = createHash('sha256');
    for (let left = file.size; left > 0;) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, left));
      const read = readSync(input, piece, 0, piece.length, null);
      if (read === 0) { throw changed(path); }
      const bytes = piece.subarray(0, read);
      hash.update(bytes);
      left -= read;
      yield bytes;
    }
    if (hash.digest('hex') !== file.sha256) { throw changed(path); }
  } finally {
    closeSync(input);
  }
}

function writeWhole(output: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(output, bytes, written);
  }
}

function hashDescriptor(file: number): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let position = 0; ;) {
    const read = readSync(file, piece, 0, piece.length, position);
    if (read === 0) { return hash.digest('hex'); }
    hash.update(piece.subarray(0, read));
    position += read;
  }
}

/** The bytes of a file of that size; one more when it has more. */
function readWhole(path: string, size: number): Buffer {
  if (scratch.length <= size) { scratch = Buffer.allocUnsafeSlow(size + 1); }
  const input = openFile(path);
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length <= size; length += read) {
      read = readSync(input, scratch, length, size + 1 - length, length);
    }
    return scratch.subarray(0, length);
  } catch (error) {
    throw unreadable(path, error as Error);
  } finally {
    closeSync(input);
  }
}

function changed(path: string): BundleError {
  return new BundleError('FILE_CHANGED', `${path} changed since it was hashed`, 'run cdk8s synth again, then publish');
}
