/** Bytes of the ZIP format. Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5. */

/** A member as its headers describe it. */
export interface ZipHeader {
  /** Relative, with `/` between its parts. */
  readonly path: string;
  readonly executable: boolean;
  readonly method: ZipMethod;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its local header starts. */
  readonly offset: number;
}

/** How a member's bytes are kept. */
export enum ZipMethod {
  STORED = 0,
  DEFLATED = 8,
}

/** 1980-01-01, the first date of the format: bytes depend on content only. */
const DOS_DATE = 0x0021;

/** Names are UTF-8. */
const UTF8_FLAG = 0x0800;

/** Stands for "see the ZIP64 field". */
const MAX_UINT32 = 0xffffffff;
const MAX_UINT16 = 0xffff;

/** Below 4 GiB by more than deflate can add to what does not compress. */
const ZIP64_BYTES = MAX_UINT32 - 2 ** 24;

/** Whether a member of this size has a ZIP64 field in its local header; its compressed size is not known yet. */
export function needsZip64(bytes: number): boolean {
  return bytes >= ZIP64_BYTES;
}

/** What stands before a member's bytes. Its length does not depend on crc and compressed size. */
export function localHeader(header: ZipHeader): Buffer {
  const extra = needsZip64(header.bytes) ? zip64([header.bytes, header.compressedBytes]) : Buffer.alloc(0);
  const name = Buffer.from(header.path, 'utf8');
  return Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04]), common(header, name.length, extra.length, needsZip64(header.bytes)), name, extra]);
}

/** A member's entry in the central directory. */
export function centralHeader(header: ZipHeader): Buffer {
  const large = needsZip64(header.bytes);
  const far = header.offset >= MAX_UINT32;
  const fields = [...(large ? [header.bytes, header.compressedBytes] : []), ...(far ? [header.offset] : [])];
  const extra = fields.length > 0 ? zip64(fields) : Buffer.alloc(0);
  const name = Buffer.from(header.path, 'utf8');
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((0o100000 + (header.executable ? 0o755 : 0o644)) * 0x10000, 6);
  tail.writeUInt32LE(far ? MAX_UINT32 : header.offset, 10);
  return Buffer.concat([Buffer.from([0x50, 0x4b, 0x01, 0x02, 0x2d, 0x03]), common(header, name.length, extra.length, large), tail, name, extra]); // made by Unix
}

/** What ends a zip, with the ZIP64 records when the plain one can't hold the numbers. */
export function endRecords(members: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(members, MAX_UINT16), 8);
  end.writeUInt16LE(Math.min(members, MAX_UINT16), 10);
  end.writeUInt32LE(Math.min(directoryBytes, MAX_UINT32), 12);
  end.writeUInt32LE(Math.min(directoryOffset, MAX_UINT32), 16);
  const isLarge = members >= MAX_UINT16 || directoryBytes >= MAX_UINT32 || directoryOffset >= MAX_UINT32;
  return isLarge ? Buffer.concat([zip64End(members, directoryBytes, directoryOffset), end]) : end;
}

/** What the local and the central header share. */
function common(header: ZipHeader, nameBytes: number, extraBytes: number, isZip64: boolean): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(isZip64 ? 45 : 20, 0); // version needed
  fields.writeUInt16LE(UTF8_FLAG, 2);
  fields.writeUInt16LE(header.method, 4);
  fields.writeUInt16LE(0, 6); // time
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(header.crc, 10);
  fields.writeUInt32LE(isZip64 ? MAX_UINT32 : header.compressedBytes, 14);
  fields.writeUInt32LE(isZip64 ? MAX_UINT32 : header.bytes, 18);
  fields.writeUInt16LE(nameBytes, 22);
  fields.writeUInt16LE(extraBytes, 24);
  return fields;
}

function zip64(values: number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return field;
}

function zip64End(members: number, directoryBytes: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4); // of the rest of this record
  record.writeUInt16LE(0x032d, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(members), 24);
  record.writeBigUInt64LE(BigInt(members), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}
