import { createHash } from 'crypto';
import { join } from 'path';
import { hashFile } from '../../src/bundler/file-hash';
import { hashFiles } from '../../src/bundler/hash-files';
import { tree } from '../temporary-directory';

const CONTENTS = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, Buffer.alloc(index * 50_000, index)]));
const root = tree(CONTENTS);
const files = Object.entries(CONTENTS).map(([path, { length }]) => ({ path: join(root, path), size: length }));
const expected = Object.values(CONTENTS).map((bytes) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }));

test.each([1, 2, 3])('%i threads find the same, in the order of the files', (threads) => {
  expect(hashFiles(files, { threads, parallelBytes: 0 })).toEqual(expected);
}, 60_000);

test('a thread\'s error is the error', () => {
  const bad = tree({});
  expect(() => hashFiles([...files, { path: join(bad, 'gone.txt'), size: 0 }], { threads: 2, parallelBytes: 0 })).toThrow(join(bad, 'gone.txt'));
}, 60_000);

test.each([1, 2])('a private key has no hash, so that it can\'t ship (%i threads)', (threads) => {
  const bad = tree({ 'notes.txt': 'mine:\n-----BEGIN PRIVATE KEY-----\n' });
  expect(hashFiles([...files, { path: join(bad, 'notes.txt'), size: 34 }], { threads, parallelBytes: 0 }).pop()).toEqual({ sha256: 'private key', size: 34 });
}, 60_000);

test('no file is an empty list', () => {
  expect(hashFiles([], { threads: 2, parallelBytes: 0 })).toEqual([]);
});

test('a file in /proc, whose size is a lie, is refused rather than cut', () => {
  expect(() => hashFile('/proc/self/status')).toThrow('changed each time while it was read');
});

test.each([1, 2])('progress grows to all bytes (%i threads)', (threads) => {
  const seen: number[] = [];
  hashFiles(files, { threads, parallelBytes: 0, onProgress: ({ bytesDone }) => seen.push(bytesDone) });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen[seen.length - 1]).toBeLessThanOrEqual(files.reduce((sum, { size }) => sum + size, 0) + 40 * 1024);
  expect(seen.length).toBeGreaterThan(0);
}, 60_000);
