import { createHash } from 'crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'fs';
import { centralHeader, endRecords, ZipHeader, ZipMethod } from './zip-format';

const PIECE_BYTES = 4 * 2 ** 20;

/** Stands for "see the ZIP64 field". */
const IN_ZIP64 = 0xffffffff;

/** Where the members of a zip end, and the directory of them that follows. */
interface Directory {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A zip that is made of others, ours, without compressing anything again: their members one after the other, and one directory. */
export class JoinedZip {
  private readonly directory: Buffer[] = [];
  private readonly hash = createHash('sha256');
  private offset: number;

  /** @param output descriptor of the file; what it holds already is left in front */
  constructor(private readonly output: number) {
    this.offset = fstatSync(output).size;
  }

  /** Appends the members of the zip at `path`. */
  public add(path: string): void {
    const input = openSync(path, 'r');
    try {
      const { offset: end, bytes } = readDirectory(input);
      const base = this.offset;
      for (let position = 0; position < end;) {
        const piece = readAt(input, position, Math.min(PIECE_BYTES, end - position));
        this.write(piece);
        position += piece.length;
      }
      for (const header of headers(bytes)) { this.directory.push(centralHeader({ ...header, offset: header.offset + base })); }
    } finally {
      closeSync(input);
    }
  }

  /** Writes the directory. Returns how many bytes were written, and their SHA-256 in hex. */
  public end(): { bytes: number; sha256: string } {
    const directory = Buffer.concat(this.directory);
    const offset = this.offset;
    this.write(directory);
    this.write(endRecords(this.directory.length, directory.length, offset));
    return { bytes: this.offset, sha256: this.hash.digest('hex') };
  }

  private write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.output, bytes, written, bytes.length - written, this.offset + written);
    }
    this.hash.update(bytes);
    this.offset += bytes.length;
  }
}

/** Our zips have no comment, so the end record is the last 22 bytes. */
function readDirectory(file: number): Directory {
  const { size } = fstatSync(file);
  const end = readAt(file, size - 22, 22);
  const [bytes, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  if (bytes !== IN_ZIP64 && offset !== IN_ZIP64) { return { offset, bytes: readAt(file, offset, bytes) }; }
  const locator = readAt(file, size - 42, 20);
  const record = readAt(file, Number(locator.readBigUInt64LE(8)), 56);
  const large = { bytes: Number(record.readBigUInt64LE(40)), offset: Number(record.readBigUInt64LE(48)) };
  return { offset: large.offset, bytes: readAt(file, large.offset, large.bytes) };
}

function* headers(directory: Buffer): Iterable<ZipHeader> {
  for (let at = 0; at < directory.length;) {
    const [name, extra] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30)];
    const path = directory.toString('utf8', at + 46, at + 46 + name);
    const large = zip64Numbers(directory.subarray(at + 46 + name, at + 46 + name + extra));
    const number = (from: number) => {
      const value = directory.readUInt32LE(at + from);
      return value === IN_ZIP64 ? large.shift()! : value;
    };
    const bytes = number(24); // the ZIP64 field has them in this order
    const compressedBytes = number(20);
    const offset = number(42);
    // eslint-disable-next-line no-bitwise
    const executable = ((directory.readUInt32LE(at + 38) >>> 16) & 0o100) !== 0;
    const method: ZipMethod = directory.readUInt16LE(at + 10);
    yield { path, executable, method, crc: directory.readUInt32LE(at + 16), compressedBytes, bytes, offset };
    at += 46 + name + extra;
  }
}

/** What the only extra field of ours holds. */
function zip64Numbers(extra: Buffer): number[] {
  return Array.from({ length: Math.floor(extra.length / 8) }, (_, index) => Number(extra.readBigUInt64LE(4 + 8 * index)));
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const count = readSync(file, bytes, read, length - read, position + read);
    if (count === 0) { throw new Error(`a zip of ${position + read} bytes, expected ${position + length}`); }
    read += count;
  }
  return bytes;
}
