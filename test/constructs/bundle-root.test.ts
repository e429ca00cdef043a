import { rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart } from 'cdk8s';
import { newChart } from './synthesized';
import { BundleRoot, BundleStore, Notebooks, PackageArchitecture, SitePackages, WorkspaceBundle } from '../../src';
import { planBundle } from '../../src/bundler/plan';
import { readPlanFile } from '../../src/bundler/plan-file';
import { temporaryDirectory, tree } from '../temporary-directory';

function bundle(roots: BundleRoot[], chart: Chart = newChart()): WorkspaceBundle {
  return new WorkspaceBundle(chart, 'code', { roots, store: BundleStore.local('/srv/bundles') });
}

/** A virtual environment whose Python says where its packages are. */
function environment(files: Record<string, string>): string {
  const path = temporaryDirectory();
  const packages = tree(files, join(path, 'lib', 'site-packages'));
  const facts = { executable: 'python', prefix: path, version: '3.11.7', platform: '', abi: '', path: [packages], standardLibrary: [], sitePackages: [packages] };
  writeFileSync(join(tree({ facts: JSON.stringify(facts) }, join(path, 'bin')), 'python'), '#!/bin/sh\ncat "$(dirname "$0")/facts"\n', { mode: 0o755 });
  return path;
}

/** Kinds and paths of what the plan beside the manifests names. */
function planned(roots: BundleRoot[]): [string, string][] {
  const chart = newChart();
  const { digest } = bundle(roots, chart);
  return readPlanFile((App.of(chart) as App).outdir, digest).roots.map(({ kind, path }) => [kind, path]);
}

const PACKAGES = { 'six.py': '', 'six-1.dist-info/METADATA': 'Name: six\nVersion: 1\n', 'ray-2.dist-info/METADATA': 'Name: ray\nVersion: 2\n' };
const MAC = { 'np-1.dist-info/WHEEL': 'Tag: cp311-cp311-macosx_11_0_arm64\n' };
const GRAVITON = { 'np-1.dist-info/WHEEL': 'Tag: cp311-cp311-manylinux2014_aarch64\n' };

test('a Python path stands for several roots; the image has the packages unless told', () => {
  const [venv, workspace, other] = [environment(PACKAGES), tree({ 'mine.py': '' }), tree({ 'theirs.py': '' })];
  const interpreter = join(venv, 'bin', 'python');
  const last = BundleRoot.workspace(other);
  expect(planned([BundleRoot.pythonPath({ workspace, interpreter }), last])).toEqual([['workspace', workspace], ['workspace', other]]);
  expect(planned([BundleRoot.pythonPath({ workspace, interpreter, sitePackages: SitePackages.inImage() }), last])).toHaveLength(2);
  expect(planned([BundleRoot.pythonPath({ workspace, sitePackages: SitePackages.bundle(venv) }), last])).toEqual([
    ['workspace', workspace], ['site-packages', join(venv, 'lib', 'site-packages')], ['workspace', other],
  ]);
});

test('the bundle tells what was left out, and which Python its packages need', () => {
  const [venv, workspace] = [environment(PACKAGES), tree({ 'mine.py': '', '.env': 'A=1' })];
  const { notes, pythonVersion } = bundle([BundleRoot.pythonPath({ workspace, sitePackages: SitePackages.bundle(venv) })]);
  expect(notes).toEqual([`${join(venv, 'lib', 'site-packages', 'ray-2.dist-info')}: ray 2 would hide the image's own: the image's is used`, '.env: looks like a secret']);
  expect(pythonVersion).toBe('3.11');
  expect(bundle([BundleRoot.workspace(workspace)]).pythonVersion).toBeUndefined();
});

test('packages are checked for the nodes\' processor', () => {
  const workspace = tree({ 'mine.py': '' });
  const roots = (files: Record<string, string>, architecture?: PackageArchitecture) =>
    [BundleRoot.pythonPath({ workspace, sitePackages: SitePackages.bundle(environment(files), { architecture }) })];
  expect(() => bundle(roots(MAC))).toThrow(/can't run on Python 3.11 on linux x86_64: np 1/);
  expect(() => bundle(roots(GRAVITON))).toThrow(/np 1/);
  expect(bundle(roots(GRAVITON, PackageArchitecture.AARCH64)).pythonVersion).toBe('3.11');
  const without = SitePackages.bundle(environment({ ...MAC, 'six.py': '' }), { exclude: ['/np-1.dist-info/'] });
  expect(bundle([BundleRoot.pythonPath({ workspace, sitePackages: without })]).pythonVersion).toBe('3.11');
});

test('a directory of packages is a root', () => {
  const path = tree(GRAVITON);
  expect(planned([BundleRoot.sitePackages(path, { pythonVersion: '3.11', architecture: PackageArchitecture.AARCH64 })])).toEqual([['site-packages', path]]);
  expect(() => bundle([BundleRoot.sitePackages(path, { pythonVersion: '3.11' })])).toThrow(/linux x86_64: np 1/);
});

test('packages for two Pythons are refused', () => {
  const roots = ['3.11', '3.12'].map((pythonVersion) => BundleRoot.sitePackages(tree({ 'six.py': '' }), { pythonVersion }));
  expect(() => bundle(roots)).toThrow(/roots: got \["3\.11","3\.12"\], expected packages for one Python/);
});

test('a publish finds from the plan what synth has hashed, without asking the Python again', () => {
  const workspace = tree({ 'mine.py': '', 'notes.txt': '', 'explore.ipynb': '{}' });
  const [venv, chart] = [environment(PACKAGES), newChart()];
  const root = BundleRoot.pythonPath({ workspace, sitePackages: SitePackages.bundle(venv), exclude: ['notes.txt'], notebooks: Notebooks.ISOLATE });
  const { digest } = bundle([root], chart);
  rmSync(join(venv, 'bin'), { recursive: true });
  const plan = planBundle({ roots: readPlanFile((App.of(chart) as App).outdir, digest).roots });
  expect(plan.digest).toBe(digest);
  expect(plan.roots.map(({ files }) => files)).toEqual([2, 2]);
});

test('notebooks ship only when isolated', () => {
  const workspace = tree({ 'mine.py': '' });
  const before = bundle([BundleRoot.workspace(workspace)]).digest;
  writeFileSync(join(workspace, 'explore.ipynb'), '{}');
  expect(bundle([BundleRoot.workspace(workspace, { notebooks: Notebooks.EXCLUDE })]).digest).toBe(before);
  expect(bundle([BundleRoot.workspace(workspace, { notebooks: Notebooks.ISOLATE })]).digest).not.toBe(before);
});

test('a Python that is not there is told at once', () => {
  expect(() => bundle([BundleRoot.pythonPath({ workspace: tree({}), interpreter: '/no/such/python' })])).toThrow(/\/no\/such\/python: no such interpreter/);
});
