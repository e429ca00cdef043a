import { constants, crc32, deflateRawSync } from 'zlib';
import { centralHeader, endRecords, localHeader, ZipHeader, ZipMethod } from './zip-format';

/** One member of a zip. */
export interface ZipMember {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: Uint8Array;
}

/** A member that is read piece by piece: what is too large for memory. */
export interface LargeZipMember {
  readonly path: string;
  readonly executable: boolean;
  readonly size: number;
  /** Hands out the bytes, in order, in pieces of any size. */
  read(): Iterable<Uint8Array>;
}

/** Where a zip goes: written from its start to its end, but for headers, which are completed later. */
export interface ZipSink {
  write(bytes: Uint8Array): void;
  /** Replaces bytes that were written before. */
  replace(offset: number, bytes: Uint8Array): void;
}

/** Fast, and 40 MB in 370 larger than level 6: it pays on any link above some 50 Mbit/s. */
export const DEFAULT_DEFLATE_LEVEL = 1;

/**
 * Makes a zip that Python's `zipfile` and `unzip` read: fixed dates, 0644 or 0755, members in the order given, ZIP64 only
 * where the numbers need it.
 */
export function zip(members: Iterable<ZipMember>, level = DEFAULT_DEFLATE_LEVEL): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { header, data } = compress(member, offset, level);
    const local = localHeader(header);
    parts.push(local, data);
    directory.push(centralHeader(header));
    offset += local.length + data.length;
  }
  const directoryBytes = Buffer.concat(directory);
  return Buffer.concat([...parts, directoryBytes, endRecords(directory.length, directoryBytes.length, offset)]);
}

/** Makes a zip of a single member of any size, never more than a piece of it in memory. */
export function zipLarge(member: LargeZipMember, sink: ZipSink, level = DEFAULT_DEFLATE_LEVEL): void {
  const placeholder: ZipHeader = { ...member, method: ZipMethod.DEFLATED, crc: 0, compressedBytes: 0, bytes: member.size, offset: 0 };
  const local = localHeader(placeholder);
  sink.write(local);
  let [crc, compressedBytes, left] = [0, 0, member.size];
  for (const piece of member.read()) {
    crc = crc32(piece, crc);
    left -= piece.length;
    // Each piece is a run of whole deflate blocks; only the last ends the stream.
    const data = deflateRawSync(piece, { level, finishFlush: left > 0 ? constants.Z_SYNC_FLUSH : constants.Z_FINISH });
    sink.write(data);
    compressedBytes += data.length;
  }
  const header = { ...placeholder, crc, compressedBytes };
  sink.replace(0, localHeader(header));
  const central = centralHeader(header);
  sink.write(central);
  sink.write(endRecords(1, central.length, local.length + compressedBytes));
}

function compress({ path, executable, bytes }: ZipMember, offset: number, level: number): { header: ZipHeader; data: Uint8Array } {
  const deflated = level === 0 ? bytes : deflateRawSync(bytes, { level });
  const method = deflated.length < bytes.length ? ZipMethod.DEFLATED : ZipMethod.STORED;
  const data = method === ZipMethod.DEFLATED ? deflated : bytes;
  return { header: { path, executable, method, crc: crc32(bytes), compressedBytes: data.length, bytes: bytes.length, offset }, data };
}
