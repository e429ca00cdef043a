import { crc32, deflateRawSync } from 'zlib';
import { BundleError } from './bundle-error';

/** One member of a zip. */
export interface ZipMember {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: Uint8Array;
}

/** Fast, and 40 MB in 370 larger than level 6: it pays on any link above some 50 Mbit/s. */
const DEFLATE_LEVEL = 1;

/** 1980-01-01, the first date of the format: bytes depend on content only. */
const DOS_DATE = 0x0021;

/** Names are UTF-8. */
const UTF8_FLAG = 0x0800;

const STORED = 0;
const DEFLATED = 8;

/** Largest size and offset without ZIP64. */
const MAX_UINT32 = 0xffffffff;

/**
 * Makes a zip that Python's `zipfile` and `unzip` read: fixed dates, 0644 or 0755, members in the order given.
 *
 * @throws BundleError SHARD_TOO_LARGE above 4 GiB or 65,535 members
 */
export function zip(members: Iterable<ZipMember>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const entry = encode(member, offset);
    parts.push(entry.local, entry.data);
    directory.push(entry.central);
    offset += entry.local.length + entry.data.length;
    checkLimit(offset, directory.length, member.path);
  }
  const directoryBytes = Buffer.concat(directory);
  return Buffer.concat([...parts, directoryBytes, endRecord(directory.length, directoryBytes.length, offset)]);
}

function encode(member: ZipMember, offset: number): { local: Buffer; data: Buffer; central: Buffer } {
  checkLimit(member.bytes.length, 0, member.path);
  const name = Buffer.from(member.path, 'utf8');
  const deflated = deflateRawSync(member.bytes, { level: DEFLATE_LEVEL });
  const method = deflated.length < member.bytes.length ? DEFLATED : STORED;
  const data = method === DEFLATED ? deflated : Buffer.from(member.bytes);

  const common = Buffer.alloc(26); // what the local and the central header share
  common.writeUInt16LE(20, 0); // version needed
  common.writeUInt16LE(UTF8_FLAG, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt16LE(0, 6); // time
  common.writeUInt16LE(DOS_DATE, 8);
  common.writeUInt32LE(crc32(member.bytes), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(member.bytes.length, 18);
  common.writeUInt16LE(name.length, 22);

  const local = Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04]), common, name]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((0o100000 + (member.executable ? 0o755 : 0o644)) * 0x10000) >>> 0, 6); // eslint-disable-line no-bitwise
  tail.writeUInt32LE(offset, 10);
  const central = Buffer.concat([Buffer.from([0x50, 0x4b, 0x01, 0x02, 0x14, 0x03]), common, tail, name]); // made by Unix
  return { local, data, central };
}

function endRecord(members: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members, 8);
  end.writeUInt16LE(members, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

function checkLimit(bytes: number, members: number, path: string): void {
  if (bytes >= MAX_UINT32 || members > 0xffff) {
    throw new BundleError('SHARD_TOO_LARGE', `${path}: a zip holds at most 4 GiB and 65,535 files`, 'exclude large data files; tables and models belong in a store');
  }
}
