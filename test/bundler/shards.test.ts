import * as fc from 'fast-check';
import { sha256 } from '../../src/bundler/content-key';
import { shard, ShardLimits, SizedFile } from '../../src/bundler/shards';

const LIMITS: ShardLimits = { minBytes: 500, spreadBytes: 1_500, maxBytes: 6_000, maxFiles: 100 };
const settled = () => false;

const pathAndSize = fc.record({ path: fc.string({ minLength: 1, maxLength: 12 }), size: fc.nat(1_500) });
const files = fc.uniqueArray(pathAndSize, { selector: ({ path }) => path, maxLength: 200 })
  .map((list) => list.map<SizedFile>(({ path, size }) => ({ path, size, executable: false, sha256: sha256(path) })));

test('every file is in exactly one shard, in order, within the limits', () => {
  fc.assert(fc.property(files, (list) => {
    const shards = shard(list, settled, LIMITS);
    const paths = shards.flatMap((part) => part.files.map(({ path }) => path));
    expect([...paths].sort()).toEqual(list.map(({ path }) => path).sort());
    for (const part of shards) {
      expect(part.rawBytes).toBe(part.files.reduce((sum, { size }) => sum + size, 0));
      expect(part.rawBytes <= LIMITS.maxBytes || part.files.length === 1).toBe(true);
      expect(part.files.length).toBeLessThanOrEqual(LIMITS.maxFiles);
    }
  }));
});

test('the order in which files are found does not matter', () => {
  fc.assert(fc.property(files, (list) => {
    expect(shard([...list].reverse(), settled, LIMITS)).toEqual(shard(list, settled, LIMITS));
  }));
});

test('an edited file changes the key of its shard and of no other', () => {
  fc.assert(fc.property(files.filter(({ length }) => length > 0), fc.nat(), (list, at) => {
    const index = at % list.length;
    const edited = list.map((file, position) => (position === index ? { ...file, sha256: sha256('edited') } : file));
    const before = new Set(shard(list, settled, LIMITS).map(({ key }) => key));
    const fresh = shard(edited, settled, LIMITS).filter(({ key }) => !before.has(key));
    expect(fresh).toHaveLength(1);
    expect(fresh[0].files.some(({ path }) => path === list[index].path)).toBe(true);
  }));
});

test('dynamic files are kept out of the shards of the others', () => {
  const list: SizedFile[] = ['a.py', 'run.ipynb', 'z.py'].map((path) => ({ path, size: 10, executable: false, sha256: sha256(path) }));
  const shards = shard(list, (path) => path.endsWith('.ipynb'));
  expect(shards.map((part) => part.files.map(({ path }) => path))).toEqual([['a.py', 'z.py'], ['run.ipynb']]);
});

test('a large file ships alone, and an edit beside it does not ship it again', () => {
  const list: SizedFile[] = [['a.py', 10], ['b.so', 1_000], ['c.py', 10]].map(([path, size]) => ({ path: path as string, size: size as number, executable: false, sha256: sha256(path as string) }));
  const shards = shard(list, settled, LIMITS);
  expect(shards.map((part) => part.files.map(({ path }) => path))).toEqual([['a.py', 'c.py'], ['b.so']]);
});

test('an inserted file moves the cuts of few shards, in trees of small and of medium files', () => {
  for (const size of [20, 300]) {
    const list = Array.from({ length: 60_000 / size }, (_, at) => ({ path: `m${String(at).padStart(4, '0')}.py`, size, executable: false, sha256: sha256(String(at)) }));
    const before = new Set(shard(list, settled, LIMITS).map(({ key }) => key));
    const fresh = list.filter((_, at) => at % 25 === 0).map((beside) => {
      const inserted = { ...beside, path: `${beside.path}a`, sha256: sha256('new') };
      return shard([...list, inserted], settled, LIMITS).filter(({ key }) => !before.has(key)).length;
    });
    expect(fresh.reduce((sum, count) => sum + count) / fresh.length).toBeLessThan(4);
    expect(Math.max(...fresh)).toBeLessThan(before.size / 2);
  }
});
