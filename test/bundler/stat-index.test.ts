import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { FileStamps } from '../../src/bundler/file-stamps';
import { StatIndex } from '../../src/bundler/stat-index';
import { temporaryDirectory } from '../temporary-directory';

const HASH = 'a'.repeat(64);
const file = { path: 'a.py', size: 5, mtimeMs: 1_000_000, ctimeMs: 1_000_000, ino: 7, executable: false };

function stampsOf(files: Array<typeof file>): FileStamps {
  const stamps = new FileStamps();
  files.forEach((known) => stamps.push(known));
  return stamps;
}

function saved(at: number, known = file): string {
  const cache = temporaryDirectory();
  StatIndex.load(cache, '/root').save([known], stampsOf([known]), [HASH], 'digest', at);
  return cache;
}

function trusted(cache: string, known = file, root = '/root'): string | undefined {
  return StatIndex.load(cache, root).trusted([known], stampsOf([known]))[0];
}

test('an unchanged file is trusted', () => {
  expect(trusted(saved(1_010_000))).toBe(HASH);
});

test.each<[string, Partial<typeof file>]>([
  ['size', { size: 6 }], ['mtime', { mtimeMs: 1_000_001 }], ['ctime', { ctimeMs: 1_000_001 }], ['inode', { ino: 8 }], ['path', { path: 'b.py' }],
])('a file with another %s is read again', (_, change) => {
  expect(trusted(saved(1_010_000), { ...file, ...change })).toBeUndefined();
});

test('a file that changed less than 2 s before the index was written is read again', () => {
  expect(trusted(saved(1_001_999))).toBeUndefined();
  expect(trusted(saved(1_002_001))).toBe(HASH);
});

test('each root has an index of its own', () => {
  expect(trusted(saved(1_010_000), file, '/other')).toBeUndefined();
});

test('a damaged index is an empty one', () => {
  const cache = saved(1_010_000);
  const [name] = readdirSync(join(cache, 'stat-index'));
  writeFileSync(join(cache, 'stat-index', name), 'damaged');
  expect(trusted(cache)).toBeUndefined();
});

test('a path such as __proto__ is a path like any other', () => {
  const odd = { ...file, path: '__proto__' };
  expect(trusted(temporaryDirectory(), odd)).toBeUndefined();
  expect(trusted(saved(1_010_000, odd), odd)).toBe(HASH);
});

test('a cache that can not be written costs time, not the synth', () => {
  const cache = join(temporaryDirectory(), 'file');
  writeFileSync(cache, '');
  expect(() => StatIndex.load(cache, '/root').save([file], stampsOf([file]), [HASH], 'digest', 1_010_000)).not.toThrow();
});

test('files are found in any order', () => {
  const files = ['a', 'b', 'c', 'd'].map((path, index) => ({ ...file, path, ino: index }));
  const cache = temporaryDirectory();
  StatIndex.load(cache, '/root').save(files, stampsOf(files), ['1', '2', '3', '4'], 'digest', 1_010_000);
  const index = StatIndex.load(cache, '/root');
  const asked = [3, 0, 1, 2, 2, 0].map((at) => files[at]);
  expect(index.trusted(asked, stampsOf(asked))).toEqual(['4', '1', '2', '3', '3', '1']);
  expect([index.size, index.digest, trusted(cache, { ...file, path: 'e' })]).toEqual([4, 'digest', undefined]);
});
