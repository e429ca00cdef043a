import { sitePackages } from './environments';
import { distributions, normalizedName, recordedBytes } from '../../../src/bundler/python/distributions';

/** A distribution that came from a URL. */
function from(url: string, more: Record<string, unknown> = {}, files: Record<string, string> = {}) {
  const directory = sitePackages({ 'pkg-1.0': ['py3-none-any'] }, { 'pkg-1.0.dist-info/direct_url.json': JSON.stringify({ url, ...more }), ...files });
  return distributions(directory)[0].origin;
}

test('wheels, eggs and what Debian installs, by name', () => {
  const directory = sitePackages({ 'zeta-2': ['cp311-cp311-linux_x86_64', 'cp311-abi3-linux_x86_64'], 'Alpha_One-1': [] }, {
    'beta-3.egg-info/PKG-INFO': 'Name: beta\nVersion: 3\n', 'gamma-4.egg-info': 'Name: Gamma\nVersion: 4\n', 'six.py': '', 'other/x.dist-info/METADATA': 'Name: nested\nVersion: 1\n',
  });
  expect(distributions(directory).map(({ name, version, tags }) => [name, version, tags])).toEqual([
    ['Alpha_One', '1', []], ['beta', '3', []], ['Gamma', '4', []], ['zeta', '2', ['cp311-cp311-linux_x86_64', 'cp311-abi3-linux_x86_64']],
  ]);
});

test('without metadata the name of the directory tells', () => {
  expect(distributions(sitePackages({}, { 'bare-5.1.dist-info/RECORD': '' }))[0]).toMatchObject({ name: 'bare', version: '5.1', origin: undefined });
});

test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
  ['editable', 'file:///home/me/my%20code', { dir_info: { editable: true } }, { path: '/home/me/my code', editable: true, pinned: undefined }],
  ['local', 'file:///home/me/code', { dir_info: {} }, { path: '/home/me/code', editable: false }],
  ['version control', 'https://me:secret@host/r.git', { vcs_info: { vcs: 'git', commit_id: 'abc' } }, { url: 'https://host/r.git', path: undefined, pinned: 'git+https://host/r.git@abc' }],
  ['archive', 'https://token@host/pkg.whl', { archive_info: {} }, { url: 'https://host/pkg.whl', editable: false, pinned: undefined }],
])('where it came from: %s', (_, url, more, expected) => {
  expect(from(url, more)).toMatchObject(expected);
});

test('conda notes where its builder had the sources: that is no origin', () => {
  expect(from('file:///croot/pkg_17/work', { dir_info: {} }, { 'pkg-1.0.dist-info/INSTALLER': 'conda\n' })).toBeUndefined();
});

test('a damaged direct_url.json is as good as none', () => {
  expect(distributions(sitePackages({ 'pkg-1': [] }, { 'pkg-1.dist-info/direct_url.json': '{' }))[0].origin).toBeUndefined();
});

test('an egg-link is an editable install', () => {
  expect(distributions(sitePackages({}, { 'old.egg-link': '/home/me/old\n.' }))).toEqual([
    { name: 'old', version: '', tags: [], metadata: 'old.egg-link', origin: { url: 'file:///home/me/old', path: '/home/me/old', editable: true } },
  ]);
});

test('the size is what the record says, whatever the names are', () => {
  const directory = sitePackages({ 'pkg-1': [] }, { 'pkg-1.dist-info/RECORD': 'pkg/a.py,sha256=x,100\n"pkg/b,c.py",sha256=y,23\npkg-1.dist-info/RECORD,,\n' });
  expect(recordedBytes(directory, distributions(directory)[0])).toBe(123);
  const bare = sitePackages({ 'bare-1': [] });
  expect(recordedBytes(bare, distributions(bare)[0])).toBe(0);
});

test('names that pip takes for the same are the same', () => {
  expect(['Foo.Bar', 'foo_bar', 'FOO--bar', 'foo-bar'].map(normalizedName)).toEqual(Array(4).fill('foo-bar'));
});
