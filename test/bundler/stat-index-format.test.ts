import * as fc from 'fast-check';
import { decodeIndex, encodeIndex, FileIndex } from '../../src/bundler/stat-index-format';

const number = fc.double({ min: 0, max: 2 ** 53, noNaN: true });
const path = fc.string({ unit: 'binary' }).map((text) => text.replace(/\0/g, '')).filter((text) => Buffer.from(text).toString() === text);
const file = fc.record({ path, hash: fc.stringMatching(/^[0-9a-f]{64}$/), size: number, mtimeMs: number, ctimeMs: number, ino: number });

const indexes = fc.record({ writtenMs: number, files: fc.array(file, { maxLength: 20 }) }).map(({ writtenMs, files }): FileIndex => ({
  writtenMs,
  digest: files[0]?.hash ?? '',
  paths: files.map((known) => known.path),
  hashes: files.map(({ hash }) => hash),
  sizes: files.map(({ size }) => size),
  mtimesMs: files.map(({ mtimeMs }) => mtimeMs),
  ctimesMs: files.map(({ ctimeMs }) => ctimeMs),
  inos: files.map(({ ino }) => ino),
}));

/** Columns as plain arrays. */
function plain(index: FileIndex | undefined): unknown {
  if (!index) { return undefined; }
  const { sizes, mtimesMs, ctimesMs, inos, ...rest } = index;
  return { ...rest, columns: [sizes, mtimesMs, ctimesMs, inos].map((column) => Array.from(column)) };
}

test('what was written is read, wherever in memory it lies', () => {
  fc.assert(fc.property(indexes, fc.nat(9), (index, shift) => {
    const bytes = encodeIndex(index);
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
    expect(plain(decodeIndex(shifted))).toEqual(plain(index));
  }));
});

test('a changed byte or a cut end is no index', () => {
  fc.assert(fc.property(indexes, fc.nat(), fc.integer({ min: 1, max: 255 }), (index, at, change) => {
    const bytes = encodeIndex(index);
    const damaged = Buffer.from(bytes);
    damaged[at % bytes.length] ^= change; // eslint-disable-line no-bitwise
    expect(decodeIndex(damaged)).toBeUndefined();
    expect(decodeIndex(bytes.subarray(0, at % bytes.length))).toBeUndefined();
  }));
});

test('the index of another release is no index', () => {
  expect(decodeIndex(Buffer.from('{"version":2,"writtenMs":0,"paths":["a.py"],"hashes":[]}'))).toBeUndefined();
});
