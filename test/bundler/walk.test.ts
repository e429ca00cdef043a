import { execFileSync } from 'child_process';
import { chmodSync, mkdirSync, realpathSync, symlinkSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import { RootKind } from '../../src/bundler/root-source';
import { walk } from '../../src/bundler/walk';
import { temporaryDirectory, tree } from '../temporary-directory';

function paths(root: string, kind: RootKind = 'workspace', exclude: string[] = []): string[] {
  return walk(root, { kind, path: root, exclude }).files.map(({ path }) => path).sort();
}

test('what tools make is left out of a workspace', () => {
  const root = tree({
    'app/main.py': '',
    'app/__pycache__/main.cpython-311.pyc': '',
    '.git/HEAD': '',
    'node_modules/x/index.js': '',
    'env/pyvenv.cfg': '',
    'env/lib/site.py': '',
    'data.lance/_versions/1': '',
    '.DS_Store': '',
    'old.pyc': '',
  });
  expect(paths(root)).toEqual(['app/main.py']);
});

test('an installed package may call its folders what it likes', () => {
  const root = tree({ 'pkg/node_modules/x.js': '', 'pkg/venv/__init__.py': '', 'certifi/cacert.pem': '' });
  expect(paths(root, 'site-packages')).toEqual(['certifi/cacert.pem', 'pkg/node_modules/x.js', 'pkg/venv/__init__.py']);
});

test('secrets are held back and listed', () => {
  const root = tree({ '.env': 'A=1', '.env.example': 'A=', 'deploy/server.key': '', '.aws/credentials': '', 'id_ed25519': '', 'a.py': '' });
  const found = walk(root, { kind: 'workspace', path: root });
  expect(found.files.map(({ path }) => path).sort()).toEqual(['.env.example', 'a.py']);
  expect(found.heldBack.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
    '.aws/: a directory of credentials', '.env: looks like a secret', 'deploy/server.key: looks like a secret', 'id_ed25519: looks like a secret',
  ]);
});

test('excludes follow gitignore, a later line re-includes', () => {
  const root = tree({ 'a.csv': '', 'keep.csv': '', 'logs/x.py': '', 'src/logs/y.py': '' });
  expect(paths(root, 'workspace', ['*.csv', '!keep.csv', '/logs/'])).toEqual(['keep.csv', 'src/logs/y.py']);
});

test('x-bits are seen', () => {
  const root = tree({ 'run.sh': '', 'a.py': '' });
  chmodSync(join(root, 'run.sh'), 0o755);
  expect(walk(root, { kind: 'workspace', path: root }).files.map(({ path, executable }) => [path, executable]).sort()).toEqual([['a.py', false], ['run.sh', true]]);
});

test('links to files and directories ship what they point to', () => {
  const outside = tree({ 'shared/util.py': 'x = 1', 'one.py': '' });
  const root = tree({ 'a.py': '' });
  symlinkSync(join(outside, 'shared'), join(root, 'shared'));
  symlinkSync(join(outside, 'one.py'), join(root, 'one.py'));
  expect(paths(root)).toEqual(['a.py', 'one.py', 'shared/util.py']);
});

test('links out of the root are listed, once each; those that stay in it are not', () => {
  const outside = tree({ 'shared/util.py': 'x = 1', 'shared/more.py': '', 'one.py': '', 'empty/.DS_Store': '' });
  symlinkSync('util.py', join(outside, 'shared', 'alias.py'));
  const root = tree({ 'a.py': '' });
  symlinkSync(join(outside, 'shared'), join(root, 'shared'));
  symlinkSync(join(outside, 'one.py'), join(root, 'one.py'));
  symlinkSync(join(outside, 'empty'), join(root, 'empty'));
  symlinkSync('a.py', join(root, 'b.py'));
  const found = walk(root, { kind: 'workspace', path: root });
  expect(found.files.map(({ path }) => path).sort()).toEqual(['a.py', 'b.py', 'one.py', 'shared/alias.py', 'shared/more.py', 'shared/util.py']);
  expect(found.outwardLinks.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'one.py', target: join(realpathSync(outside), 'one.py') },
    { path: 'shared', target: join(realpathSync(outside), 'shared') },
  ]);
});

test('a link out of what a link out of the root leads to is listed too', () => {
  const far = tree({ 'deep.py': '' });
  const near = tree({ 'x.py': '' });
  symlinkSync(far, join(near, 'far'));
  const root = tree({ 'a.py': '' });
  symlinkSync(near, join(root, 'near'));
  expect(walk(root, { kind: 'workspace', path: root }).outwardLinks.map(({ path }) => path).sort()).toEqual(['near', 'near/far']);
});

test.each<[string, () => string]>([
  ['the home directory', homedir],
  ['a directory that holds the home directory', () => join(homedir(), '..')],
  ['the root of the file system', () => '/'],
  ['the temporary directory', tmpdir],
  ['a home directory (it holds .ssh/)', () => tree({ '.ssh/known_hosts': '' })],
])('a link to %s is refused, unless it is excluded', (what, target) => {
  const root = tree({ 'a.py': '' });
  symlinkSync(target(), join(root, 'there'));
  const expected = realpathSync(target()) === '/' ? 'the root of the file system' : what;
  expect(() => paths(root)).toThrow(expect.objectContaining({ code: 'LINK_REFUSED', message: expect.stringContaining(`${join(root, 'there')}: the link leads to`) }));
  expect(() => paths(root)).toThrow(expected);
  expect(paths(root, 'workspace', ['there'])).toEqual(['a.py']);
});

test('a secret does not ship by a link of another name', () => {
  const outside = tree({ '.aws/credentials': 'secret', 'deep/.kube/cache/x.json': '', '.netrc': 'secret' });
  const root = tree({ 'a.py': '', '.env': 'A=1', '.docker/config.json': '' });
  symlinkSync(join(outside, '.aws', 'credentials'), join(root, 'settings.ini'));
  symlinkSync(join(outside, 'deep', '.kube', 'cache'), join(root, 'cache'));
  symlinkSync(join(outside, '.netrc'), join(root, 'hosts.txt'));
  symlinkSync('.env', join(root, 'environment'));
  symlinkSync('.docker', join(root, 'registry'));
  const found = walk(root, { kind: 'workspace', path: root });
  expect([found.files.map(({ path }) => path), found.outwardLinks]).toEqual([['a.py'], []]);
  expect(found.heldBack.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
    '.docker/: a directory of credentials', '.env: looks like a secret', 'cache/: leads to a directory of credentials', 'environment: looks like a secret',
    'hosts.txt: looks like a secret', 'registry/: leads to a directory of credentials', 'settings.ini: leads to a file in a directory of credentials',
  ]);
});

test('an installed package whose files are links to a cache ships, as uv makes them', () => {
  const cache = tree({ 'archive/certifi/cacert.pem': '' });
  const root = tree({ 'certifi/__init__.py': '' });
  symlinkSync(join(cache, 'archive', 'certifi', 'cacert.pem'), join(root, 'certifi', 'cacert.pem'));
  expect(paths(root, 'site-packages')).toEqual(['certifi/__init__.py', 'certifi/cacert.pem']);
});

test('what is below a link counts against the limits', () => {
  const outside = tree({ 'big.bin': 'x'.repeat(3_000) });
  const root = tree({ 'a.py': '' });
  symlinkSync(outside, join(root, 'data'));
  expect(() => walk(root, { kind: 'workspace', path: root, limits: { files: 10, bytes: 2_000 } })).toThrow(/holds more than [^]* {2}data\/ {2}/);
});

test('a link to a device is held back, links that lead to each other are an error', () => {
  const root = tree({ 'a.py': '' });
  symlinkSync('/dev/zero', join(root, 'zero'));
  expect(walk(root, { kind: 'workspace', path: root }).heldBack).toEqual([{ path: 'zero', reason: 'neither a file nor a directory' }]);
  symlinkSync('two', join(root, 'one'));
  symlinkSync('one', join(root, 'two'));
  expect(() => paths(root)).toThrow('the link points to nothing');
});

test('lib64 -> lib ships once, and a link that leads back ends', () => {
  const root = tree({ 'lib/site.py': '', 'pkg/a.py': '' });
  symlinkSync('lib', join(root, 'lib64'));
  symlinkSync('..', join(root, 'pkg', 'up'));
  expect(paths(root)).toEqual(['lib/site.py', 'pkg/a.py']);
});

test('a dangling link is an error that names it', () => {
  const root = tree({ 'a.py': '' });
  symlinkSync('nowhere', join(root, 'broken'));
  expect(() => paths(root)).toThrow(`${join(root, 'broken')}: the link points to nothing`);
});

test('a FIFO is held back', () => {
  const root = tree({ 'a.py': '' });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  expect(walk(root, { kind: 'workspace', path: root }).heldBack).toEqual([{ path: 'pipe', reason: 'neither a file nor a directory' }]);
});

test('a name that is not UTF-8 is an error', () => {
  const root = temporaryDirectory();
  execFileSync('python3', ['-c', 'import os, sys; os.close(os.open(os.fsencode(sys.argv[1]) + b"/\\xff.py", os.O_CREAT))', root]);
  expect(() => paths(root)).toThrow('the name is not UTF-8');
});

test.each([['a.py', 'A.py'], ['caf\u00e9.py', 'cafe\u0301.py']])('%p beside %p is refused', (one, other) => {
  expect(() => paths(tree({ [one]: '1', [other]: '2' }))).toThrow('are the same name on some disks');
});

test('an installed package may have such names', () => {
  expect(paths(tree({ 'a.py': '1', 'A.py': '2' }), 'site-packages')).toEqual(['A.py', 'a.py']);
});

test('a root over its limits is refused before it is hashed, with the heaviest subtrees and a line to exclude', () => {
  const root = tree({ 'code/a.py': 'x', 'data/big.bin': 'x'.repeat(3_000), 'data/more.bin': 'x'.repeat(3_000), 'notes.txt': 'x' });
  const walked = () => walk(root, { kind: 'workspace', path: root, limits: { files: 100, bytes: 5_000 } });
  expect(walked).toThrow(expect.objectContaining({
    code: 'ROOT_TOO_LARGE',
    message: expect.stringContaining('  data/  0.0 MB in 2 files\n'),
    fix: "exclude what is no code, such as exclude: ['/data/'], or raise the root's limits",
  }));
  expect(() => walk(root, { kind: 'workspace', path: root, limits: { files: 2, bytes: 1e9 } })).toThrow('holds more than 2 files');
});

test('an empty directory is an empty root', () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'empty'));
  expect(paths(root)).toEqual([]);
});
