import { mkdirSync, realpathSync, writeFileSync } from 'fs';
import { join, dirname } from 'path';
import { sitePackages } from './environments';
import { planBundle } from '../../../src/bundler/plan';
import { packageRoot, pythonRoots } from '../../../src/bundler/python/python-roots';
import { resolveRoot, RootSource } from '../../../src/bundler/root-source';
import { walk } from '../../../src/bundler/walk';
import { temporaryDirectory, tree } from '../../temporary-directory';

/** An environment whose interpreter says what the layout is. */
function environment(directory: string, elsewhere: string[] = []): { path: string; python: string } {
  const path = dirname(directory);
  const python = join(path, 'bin', 'python');
  const facts = { executable: python, prefix: path, version: '3.11.7', platform: 'linux-x86_64', abi: '', path: [directory, ...elsewhere], standardLibrary: [], sitePackages: [directory, ...elsewhere] };
  mkdirSync(dirname(python), { recursive: true });
  writeFileSync(python, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(facts)}\nEND\n`, { mode: 0o755 });
  return { path, python };
}

function tops(root: RootSource): string[] {
  return [...new Set(walk(resolveRoot(root), root).files.map(({ path }) => path.split('/')[0]))].sort();
}

const WITH_RAY = { 'six-1': ['py3-none-any'], 'ray-2.54.0': ['cp311-cp311-macosx_11_0_arm64'], 'pylance-9': [], 'pyarrow-21': [], 'ray_plugin-1': ['py3-none-any'] };
const FILES = { 'six.py': '', 'ray/__init__.py': '', 'lance/__init__.py': '', 'pyarrow/__init__.py': '', 'pyarrow.libs/libz.so.1': '', 'ray_plugin/__init__.py': '', 'a.pth': '/x\n' };

test('by default the image has the packages', () => {
  const directory = sitePackages(WITH_RAY, FILES);
  const { python } = environment(directory);
  const workspace = tree({ 'mine.py': '' });
  const { roots, notes, pythonVersion } = pythonRoots({ interpreter: python, workspace: { path: workspace, exclude: ['notes.txt'], notebooks: 'isolate' } });
  expect(roots).toEqual([{ kind: 'workspace', path: workspace, exclude: ['notes.txt'], notebooks: 'isolate', runsOn: { arch: 'x86_64', pythonVersion: '3.11' } }]);
  expect(notes).toEqual([{ path: directory, reason: 'installed packages: the image has its own' }]);
  expect(pythonVersion).toBeUndefined();
});

test('what the image has not of an editable install is its metadata, which ships without what is about this machine', () => {
  const editable = (url: string) => JSON.stringify({ url, dir_info: { editable: true } });
  const directory = sitePackages({ 'six-1': [], 'mine-1.2': [], 'local-3': [] }, {
    'six.py': '',
    '__editable__.mine-1.2.pth': '/home/me/mine\n',
    'mine-1.2.dist-info/direct_url.json': editable('file:///home/me/mine'),
    'mine-1.2.dist-info/RECORD': '../../../bin/mine,,\n',
    'mine-1.2.dist-info/entry_points.txt': '[console_scripts]\nmine = mine:main\n',
    'local-3.dist-info/direct_url.json': editable('file:///home/me/local'),
    'local-3.dist-info/METADATA': 'Name: local\nVersion: 3\nRequires-Dist: other @ file:///home/me/other\n',
  });
  const { python } = environment(directory);
  const { roots, notes, pythonVersion } = pythonRoots({ interpreter: python, workspace: { path: tree({ 'mine.py': '' }) } });
  expect(roots.map(({ kind }) => kind)).toEqual(['workspace', 'site-packages']);
  expect(walk(resolveRoot(roots[1]), roots[1]).files.map(({ path }) => path).sort()).toEqual(['mine-1.2.dist-info/METADATA', 'mine-1.2.dist-info/entry_points.txt']);
  expect(notes.filter(({ path }) => path === directory)).toEqual([{ path: directory, reason: 'installed packages: the image has its own; of editable installs the metadata ships' }]);
  expect(pythonVersion).toBeUndefined();
});

test('packages of an environment ship, but not those that would hide the image\'s', () => {
  const directory = sitePackages(WITH_RAY, FILES);
  const { path } = environment(directory);
  const { roots, notes, pythonVersion } = pythonRoots({ workspace: { path: tree({ 'mine.py': '' }) }, packages: { environment: path, arch: 'x86_64' } });
  expect(roots.map(({ kind }) => kind)).toEqual(['workspace', 'site-packages']);
  expect(tops(roots[1])).toEqual(['ray_plugin', 'ray_plugin-1.dist-info', 'six-1.dist-info', 'six.py']);
  expect(notes.map(({ reason }) => reason)).toEqual(['pylance 9', 'pyarrow 21', 'ray 2.54.0'].sort().map((name) => `${name} would hide the image's own: the image's is used`));
  expect(pythonVersion).toBe('3.11');
});

test('keys that packages bring for their tests stay behind, certificates ship, and more can be left out', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nabc\n';
  const path = sitePackages({ 'tornado-6': [] }, {
    'tornado/test/test.key': key, 'tornado/tests/tls/a.pem': key, 'certifi/cacert.pem': 'public', 'huge/model.bin': '', 'tornado/tests/a.py': '',
  });
  const { roots } = packageRoot({ path, pythonVersion: '3.11', arch: 'x86_64', exclude: ['/huge/'] });
  expect(roots.map(tops)).toEqual([['certifi', 'tornado', 'tornado-6.dist-info']]);
  const plan = planBundle({ roots, cacheDirectory: temporaryDirectory() });
  expect([plan.roots[0].files, plan.heldBack.map((held) => held.path).sort()]).toEqual([4, ['tornado/test/test.key', 'tornado/tests/tls/a.pem']]);
});

test('a directory inside the packages that is on the path too ships once', () => {
  const directory = sitePackages({ 'six-1': [] }, { 'six.py': '', 'vendored/inner.py': '', 'vendored.pth': 'vendored\n' });
  const { path } = environment(directory, [join(directory, 'vendored')]);
  const { roots } = pythonRoots({ workspace: { path: tree({}) }, packages: { environment: path, arch: 'x86_64' } });
  expect(roots.slice(1).map((root) => [root.kind, tops(root)])).toEqual([['site-packages', ['six-1.dist-info', 'six.py']], ['site-packages', ['inner.py']]]);
});

test('packages of elsewhere are left to the image', () => {
  const [own, system] = [sitePackages({ 'six-1': [] }, { 'six.py': '' }), sitePackages({ 'other-1': [] })];
  const { path, python } = environment(own, [system]);
  const { roots, notes } = pythonRoots({ interpreter: python, workspace: { path: tree({}) }, packages: { environment: path, arch: 'x86_64' } });
  expect(roots.map((root) => root.path).slice(1)).toEqual([own]);
  expect(notes).toEqual([{ path: system, reason: 'installed packages: the image has its own' }]);
});

test('an interpreter of another environment is refused', () => {
  const { python } = environment(sitePackages({}));
  const other = realpathSync(temporaryDirectory());
  expect(() => pythonRoots({ interpreter: python, workspace: { path: tree({}) }, packages: { environment: other, arch: 'x86_64' } }))
    .toThrow(expect.objectContaining({ code: 'PACKAGES_ELSEWHERE', message: expect.stringContaining(`imports no packages from ${other}`) }));
});

test('packages that cannot run on the cluster are refused', () => {
  const { path } = environment(sitePackages({ 'numpy-2': ['cp311-cp311-macosx_11_0_arm64'] }));
  expect(() => pythonRoots({ workspace: { path: tree({}) }, packages: { environment: path, arch: 'x86_64' } })).toThrow(expect.objectContaining({ code: 'WRONG_PLATFORM' }));
});

test('a directory of packages without an interpreter: for the Python that is told', () => {
  const path = sitePackages({ 'a-1': ['cp312-cp312-manylinux2014_aarch64'], 'pyarrow-21': [] }, { 'a.py': '', 'pyarrow/__init__.py': '' });
  const { roots, notes } = packageRoot({ path, pythonVersion: '3.12', arch: 'aarch64' });
  expect(roots.map(tops)).toEqual([['a-1.dist-info', 'a.py']]);
  expect(notes.map((note) => note.path)).toEqual([join(path, 'pyarrow-21.dist-info')]);
  expect(planBundle({ roots, cacheDirectory: temporaryDirectory() }).roots[0].files).toBe(3);
  expect(() => packageRoot({ path, pythonVersion: '3.11', arch: 'aarch64' })).toThrow(/a 1 \(cp312-cp312-manylinux2014_aarch64\)/);
  expect(() => packageRoot({ path: '/no/such/place', pythonVersion: '3.11', arch: 'aarch64' })).toThrow(/no such directory/);
});
