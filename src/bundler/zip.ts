import { crc32 } from 'zlib';
import { DEFAULT_DEFLATE_LEVEL, deflate, deflatePiece } from './deflate';
import { centralHeader, endRecords, localHeader, ZipHeader, ZipMethod } from './zip-format';

/** One member of a zip. */
export interface ZipMember {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly executable: boolean;
  /** They need not hold once the next member is asked for. */
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
    const data = deflatePiece(piece, level, left === 0);
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
  const deflated = deflate(bytes, level);
  const method = deflated ? ZipMethod.DEFLATED : ZipMethod.STORED;
  const data = deflated ?? Uint8Array.from(bytes);
  return { header: { path, executable, method, crc: crc32(bytes), compressedBytes: data.length, bytes: bytes.length, offset }, data };
}
