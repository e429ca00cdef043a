import { execFileSync } from 'child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { BundlePlan, planBundle } from '../../src/bundler/plan';
import { missingRoots, publishSingle } from '../../src/bundler/publish-single';
import { rayUris } from '../../src/bundler/ray-uri';
import { singleKey } from '../../src/bundler/store';
import { LocalStore } from '../../src/bundler/stores/local';
import { temporaryDirectory, tree } from '../temporary-directory';

function planOf(...paths: string[]): BundlePlan {
  return planBundle({ roots: paths.map((path, index) => ({ kind: index === 0 ? 'workspace' : 'other', path })), cacheDirectory: temporaryDirectory() });
}

function emptyStore(): LocalStore & { path: string } {
  const path = join(temporaryDirectory(), 'store');
  return Object.assign(new LocalStore(path), { path });
}

/** Names, x-bits and text, as Python reads them. */
function members(path: string): Record<string, [executable: boolean, text: string]> {
  const program = 'import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; '
    + 'print(json.dumps({i.filename: [bool(i.external_attr >> 16 & 0o100), z.read(i).decode("latin1")] for i in z.infolist()}))';
  return JSON.parse(execFileSync('python3', ['-c', program, path], { encoding: 'utf8', maxBuffer: 2 ** 28 })) as Record<string, [boolean, string]>;
}

test('each root is one zip, named by its digest, with a file at its top', async () => {
  const [one, other] = [tree({ 'pkg/a.py': 'x = 1\n', 'pkg/run.sh': '' }), tree({ 'b.py': '' })];
  chmodSync(join(one, 'pkg/run.sh'), 0o755);
  const store = emptyStore();
  const plan = planOf(one, other);
  expect(await publishSingle(plan, store)).toMatchObject({ missingRoots: 2, publishedRoots: 2 });
  expect(readdirSync(store.path)).toEqual(['single']);
  expect(rayUris(plan, store)).toEqual(plan.roots.map(({ digest }) => `file://${store.path}/single/${digest}.zip`));
  expect(members(join(store.path, singleKey(plan.roots[0].digest)))).toEqual({
    '.bundle-root': [false, expect.stringContaining('Keeps Ray')], 'pkg/a.py': [false, 'x = 1\n'], 'pkg/run.sh': [true, ''],
  });
});

test('a root of many shards is one zip; the same files make the same bytes, however many threads pack them', async () => {
  const files = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`m${index}.txt`, `${index}`.repeat(3_000_000)]));
  const plan = planOf(tree(files));
  expect(plan.roots[0].shards.length).toBeGreaterThan(2);
  const zips: Buffer[] = [];
  for (const threads of [1, 2]) {
    const store = emptyStore();
    const seen: number[] = [];
    const done = await publishSingle(plan, store, { threads, onProgress: ({ bytesDone, bytes }) => seen.push(bytesDone / bytes) });
    const path = join(store.path, singleKey(plan.roots[0].digest));
    zips.push(readFileSync(path));
    expect(done.shippedBytes).toBe(zips[0].length);
    expect([seen[0], seen[seen.length - 1]]).toEqual([0, 1]);
    const read = members(path);
    expect(Object.keys(files).every((name) => read[name][1] === files[name])).toBe(true);
  }
  expect(zips[1].equals(zips[0])).toBe(true);
}, 120_000);

test('what is there is not published again, and two roots with the same files are one zip', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x' }), tree({ 'a.py': 'x' }));
  expect(await publishSingle(plan, store)).toMatchObject({ missingRoots: 1, publishedRoots: 1 });
  expect(await missingRoots(plan, store)).toEqual([]);
  expect(await publishSingle(plan, store)).toEqual({ missingRoots: 0, publishedRoots: 0, shippedBytes: 0 });
  expect(rayUris(plan, store)).toHaveLength(1);
});

test('a root that has a file of the marker\'s name keeps its own', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ '.bundle-root': 'mine', 'pkg/a.py': '' }));
  await publishSingle(plan, store);
  expect(members(join(store.path, singleKey(plan.roots[0].digest)))['.bundle-root']).toEqual([false, 'mine']);
});

test('a file that changed since it was hashed publishes nothing', async () => {
  const store = emptyStore();
  const root = tree({ 'a.py': 'x = 1\n' });
  const plan = planOf(root);
  writeFileSync(join(root, 'a.py'), 'x = 2\n');
  await expect(publishSingle(plan, store)).rejects.toThrow('a.py changed since it was hashed');
  expect(await missingRoots(plan, store)).toHaveLength(1);
});

test('a publish that is stopped leaves nothing', async () => {
  const store = emptyStore();
  const plan = planOf(tree({ 'a.py': 'x = 1\n' }));
  await expect(publishSingle(plan, store, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect(await missingRoots(plan, store)).toHaveLength(1);
});

test('a name that Ray would take for a Windows drive is refused: it would be missing on the cluster', async () => {
  await expect(publishSingle(planOf(tree({ 'c:x.txt': '' })), emptyStore())).rejects.toMatchObject({ code: 'NAME_REFUSED', message: expect.stringContaining('c:x.txt') as string });
  await publishSingle(planOf(tree({ 'cc:x.txt': '', 'd/c:x.txt': '' })), emptyStore());
});
