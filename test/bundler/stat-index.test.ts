import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { StatIndex } from '../../src/bundler/stat-index';
import { WalkedFile } from '../../src/bundler/walk';
import { temporaryDirectory } from '../temporary-directory';

const HASH = 'a'.repeat(64);
const file: WalkedFile = { path: 'a.py', size: 5, mtimeMs: 1_000_000, ctimeMs: 1_000_000, ino: 7, executable: false };

function saved(at: number, known: WalkedFile = file): string {
  const cache = temporaryDirectory();
  const index = StatIndex.load(cache, '/root');
  index.save([known], [HASH], at);
  return cache;
}

test('an unchanged file is trusted', () => {
  expect(StatIndex.load(saved(1_010_000), '/root').trusted(file)).toBe(HASH);
});

test.each<[string, Partial<WalkedFile>]>([
  ['size', { size: 6 }], ['mtime', { mtimeMs: 1_000_001 }], ['ctime', { ctimeMs: 1_000_001 }], ['inode', { ino: 8 }], ['path', { path: 'b.py' }],
])('a file with another %s is read again', (_, change) => {
  expect(StatIndex.load(saved(1_010_000), '/root').trusted({ ...file, ...change })).toBeUndefined();
});

test('a file that changed less than 2 s before the index was written is read again', () => {
  expect(StatIndex.load(saved(1_001_999), '/root').trusted(file)).toBeUndefined();
  expect(StatIndex.load(saved(1_002_001), '/root').trusted(file)).toBe(HASH);
});

test('each root has an index of its own', () => {
  expect(StatIndex.load(saved(1_010_000), '/other').trusted(file)).toBeUndefined();
});

test('a damaged index is an empty one', () => {
  const cache = saved(1_010_000);
  const [name] = readdirSync(join(cache, 'stat-index'));
  writeFileSync(join(cache, 'stat-index', name), '{"version":2,"pat');
  expect(StatIndex.load(cache, '/root').trusted(file)).toBeUndefined();
});

test('a path such as __proto__ is a path like any other', () => {
  const odd = { ...file, path: '__proto__' };
  expect(StatIndex.load(temporaryDirectory(), '/root').trusted(odd)).toBeUndefined();
  expect(StatIndex.load(saved(1_010_000, odd), '/root').trusted(odd)).toBe(HASH);
});

test('a cache that can not be written costs time, not the synth', () => {
  const cache = join(temporaryDirectory(), 'file');
  writeFileSync(cache, '');
  const index = StatIndex.load(cache, '/root');
  expect(() => index.save([file], [HASH], 1_010_000)).not.toThrow();
});

test('files are found in any order', () => {
  const files = ['a', 'b', 'c', 'd'].map((path, index) => ({ ...file, path, ino: index }));
  const cache = temporaryDirectory();
  StatIndex.load(cache, '/root').save(files, ['1', '2', '3', '4'], 1_010_000);
  const index = StatIndex.load(cache, '/root');
  expect([3, 0, 1, 2, 2, 0].map((at) => index.trusted(files[at]))).toEqual(['4', '1', '2', '3', '3', '1']);
  expect([index.size, index.trusted({ ...file, path: 'e' })]).toEqual([4, undefined]);
});
