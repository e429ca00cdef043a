import {
  appendFileSync, chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync,
} from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import * as fc from 'fast-check';
import { BundlePlan, planBundle, RootSource } from '../../src/bundler/plan';
import { decodeIndex, encodeIndex } from '../../src/bundler/stat-index-format';
import { temporaryDirectory, tree } from '../temporary-directory';

const cache = () => join(temporaryDirectory(), 'cache');

function plan(path: string, options: Partial<RootSource> = {}, cacheDirectory = cache()): BundlePlan {
  return planBundle({ roots: [{ kind: 'workspace', path, ...options }], cacheDirectory });
}

test('a clone with other times and another place is the same bundle', () => {
  const root = tree({ 'a.py': 'x = 1\n', 'pkg/b.py': 'y = 2\n' });
  const clone = join(temporaryDirectory(), 'elsewhere');
  cpSync(root, clone, { recursive: true });
  utimesSync(join(clone, 'a.py'), 1, 1);
  expect(plan(clone).digest).toBe(plan(root).digest);
});

test('content, names and x-bits change the bundle', () => {
  const root = tree({ 'a.py': 'x = 1\n' });
  const digests = [plan(root).digest];
  appendFileSync(join(root, 'a.py'), '\n');
  digests.push(plan(root).digest);
  chmodSync(join(root, 'a.py'), 0o755);
  digests.push(plan(root).digest);
  renameSync(join(root, 'a.py'), join(root, 'b.py'));
  digests.push(plan(root).digest);
  expect(new Set(digests).size).toBe(4);
});

test('an edit of the same size right after a bundle is seen', () => {
  const root = tree({ 'a.py': 'x = 1\n' });
  const directory = cache();
  const before = plan(root, {}, directory).digest;
  writeFileSync(join(root, 'a.py'), 'x = 2\n');
  expect(plan(root, {}, directory).digest).not.toBe(before);
});

test('with or without a stat index, the bundle is the same', () => {
  fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string(), { minKeys: 1, maxKeys: 8 }), (files) => {
    const root = tree(files);
    const directory = cache();
    const first = plan(root, {}, directory).digest;
    expect([plan(root, {}, directory).digest, plan(root).digest]).toEqual([first, first]);
  }), { numRuns: 25 });
});

test('a notebook is left out by default', () => {
  const root = tree({ 'a.py': '', 'explore.ipynb': '{}' });
  expect(plan(root).roots[0].files).toBe(1);
});

test('an isolated notebook that runs re-ships alone', () => {
  const root = tree({ 'a.py': '', 'explore.ipynb': '{"runs": 1}' });
  const before = plan(root, { notebooks: 'isolate' }).roots[0].shards.map(({ key }) => key);
  writeFileSync(join(root, 'explore.ipynb'), '{"runs": 2}');
  const after = plan(root, { notebooks: 'isolate' }).roots[0].shards.map(({ key }) => key);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('a private key stops the bundle, whatever the file is called', () => {
  const root = tree({ 'notes.txt': '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n' });
  expect(() => plan(root)).toThrow(/notes\.txt holds a private key/);
});

test.each<[string, () => string, string]>([
  ['the home directory', () => homedir(), 'the home directory'],
  ['the root of the file system', () => '/', 'the root of the file system'],
  ['the temporary directory', () => tmpdir(), 'the temporary directory'],
  ['somebody\'s home', () => tree({ '.ssh/known_hosts': '' }), 'a home directory'],
  ['a file', () => join(tree({ 'a.py': '' }), 'a.py'), 'got a file'],
  ['nothing', () => '/no/such/place', 'no such directory'],
])('%s is refused as a root', (_, path, message) => {
  expect(() => plan(path())).toThrow(message);
});

test('the same directory twice is refused, also by way of a link', () => {
  const root = tree({ 'a.py': '' });
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(root, link);
  expect(() => planBundle({ roots: [{ kind: 'workspace', path: root }, { kind: 'other', path: link }], cacheDirectory: cache() })).toThrow('are the same directory');
});

test('a bundle without roots is refused', () => {
  expect(() => planBundle({ roots: [], cacheDirectory: cache() })).toThrow('a bundle has no roots');
});

test('a workspace that ships nothing is refused, with what was held back', () => {
  expect(() => plan(temporaryDirectory())).toThrow('holds no file that ships, expected Python code');
  expect(() => plan(tree({ '.env': 'A=1' }))).toThrow('holds no file that ships (1 held back: .env, looks like a secret)');
});

test('nothing new: the stat index is not written again; something gone: it is', () => {
  const root = tree({ 'a.py': 'x', 'b.py': 'y' });
  const directory = cache();
  const index = () => join(directory, 'stat-index', readdirSync(join(directory, 'stat-index'))[0]);
  for (const name of ['a.py', 'b.py']) { utimesSync(join(root, name), 1, 1); }
  plan(root, {}, directory);
  writeFileSync(index(), encodeIndex({ ...decodeIndex(readFileSync(index()))!, writtenMs: Date.now() + 60_000 }));
  const before = statSync(index(), { bigint: true }).mtimeNs;
  plan(root, {}, directory);
  expect(statSync(index(), { bigint: true }).mtimeNs).toBe(before);
  rmSync(join(root, 'b.py'));
  plan(root, {}, directory);
  expect(decodeIndex(readFileSync(index()))!.paths).toEqual(['a.py']);
});
