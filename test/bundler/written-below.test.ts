import { mkdirSync, symlinkSync } from 'fs';
import { join } from 'path';
import { planBundle } from '../../src/bundler/plan';
import { RootSource } from '../../src/bundler/root-source';
import { withoutWritten } from '../../src/bundler/written-below';
import { temporaryDirectory, tree } from '../temporary-directory';

const rootAt = (path: string): RootSource => ({ kind: 'workspace', path });
const digest = (root: RootSource) => planBundle({ roots: [root], cacheDirectory: temporaryDirectory() }).digest;
const CODE = { 'a.py': 'x = 1\n', 'features/dist/b.py': 'x = 2\n' };

test.each(['dist', 'build/k8s', 'out [1]*', '#dist', '!dist', 'dist '])('what is written to %p does not count, and all else does', (name) => {
  const [before, after] = [tree(CODE), tree({ ...CODE, [`${name}/features.k8s.yaml`]: 'kind: A\n', [`${name}/below/b`]: '' })];
  expect(digest(withoutWritten(rootAt(after), [join(after, name)]))).toBe(digest(rootAt(before)));
});

test('a directory that is not there yet does not count later', () => {
  const path = tree(CODE);
  expect(withoutWritten({ ...rootAt(path), exclude: ['*.csv'] }, [join(path, 'dist')]).exclude).toEqual(['*.csv', '/dist/']);
});

test('directories elsewhere, and the root itself, change nothing', () => {
  const path = tree(CODE);
  const root = rootAt(path);
  expect(withoutWritten(root, [`${path}-dist`, join(path, '..', 'dist'), path])).toBe(root);
});

test('a root that is reached by a link is the same root', () => {
  const path = tree(CODE);
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(path, link);
  mkdirSync(join(path, 'dist'));
  expect(withoutWritten(rootAt(link), [join(path, 'dist')]).exclude).toEqual(['/dist/']);
  expect(withoutWritten(rootAt(path), [join(link, 'other', 'dist')]).exclude).toEqual(['/other/dist/']);
});
