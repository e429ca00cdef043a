import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { planBundle } from '../../src/bundler/plan';
import { readPlanFile, writePlanFile } from '../../src/bundler/plan-file';
import { temporaryDirectory, tree } from '../temporary-directory';

const planOf = (path: string) => planBundle({ roots: [{ kind: 'workspace', path, exclude: ['*.csv'] }], cacheDirectory: temporaryDirectory() });

test('what is written is read back, with absolute paths', () => {
  const root = tree({ 'a.py': '' });
  const directory = join(temporaryDirectory(), 'dist');
  const plan = planOf(root);
  writePlanFile(directory, plan);
  expect(readPlanFile(directory, plan.digest).roots).toEqual([{ kind: 'workspace', path: root, exclude: ['*.csv'] }]);
});

test('kubectl apply would not take it for a manifest', () => {
  const directory = temporaryDirectory();
  writePlanFile(directory, planOf(tree({ 'a.py': '' })));
  expect(readdirSync(directory).filter((name) => /\.(ya?ml|json)$/.test(name))).toEqual([]);
});

test('a missing plan says what is there instead', () => {
  const directory = temporaryDirectory();
  const plan = planOf(tree({ 'a.py': '' }));
  writePlanFile(directory, plan);
  expect(() => readPlanFile(directory, 'f'.repeat(64))).toThrow(`is not there (found _${plan.digest}.bundle-plan)`);
});

test('a damaged plan is an error', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, `_${'f'.repeat(64)}.bundle-plan`), '{');
  expect(() => readPlanFile(directory, 'f'.repeat(64))).toThrow('is not a bundle-plan/v1');
});
