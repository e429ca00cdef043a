import { planBundle, RootKind } from '../../../src/bundler/plan';
import { LibraryTarget } from '../../../src/bundler/python/libraries';
import { temporaryDirectory, tree } from '../../temporary-directory';

/** The start of a library for Linux. */
function elf(machine: number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

const INTEL = elf(62);
const ARM = elf(183);
const MACH_O = Buffer.from('cffaedfe0c00000100000000000000000000000000', 'hex');
const PE = Buffer.from('4d5a90000300000004000000ffff0000b8000000', 'hex');

/** Plans a root with these files; the Python that it needs. */
function python(files: Record<string, string | Uint8Array>, runsOn?: LibraryTarget, kind: RootKind = 'workspace', exclude: string[] = []): string | undefined {
  const path = tree({ 'pkg/a.py': '', ...files });
  return planBundle({ roots: [{ kind, path, exclude, runsOn }], cacheDirectory: temporaryDirectory() }).roots[0].pythonVersion;
}

test.each<RootKind>(['workspace', 'other'])('in a root of kind %s modules that can\'t run on the cluster are refused by name, with what they are for', (kind) => {
  const files = { 'pkg/one.cpython-311-darwin.so': MACH_O, 'pkg/two.cp311-win_amd64.pyd': PE, 'pkg/three.abi3.so': ARM, 'pkg/four.so': INTEL, 'lib/libfive.dylib': MACH_O };
  expect(() => python(files, { arch: 'x86_64' }, kind)).toThrow(expect.objectContaining({
    code: 'WRONG_PLATFORM',
    message: expect.stringMatching(new RegExp('root: 4 of the compiled modules can\'t run on linux x86_64: lib/libfive\\.dylib \\(Mach-O, for macOS\\), '
      + 'pkg/one\\.cpython-311-darwin\\.so \\(Mach-O, for macOS\\), pkg/three\\.abi3\\.so \\(ELF aarch64\\), pkg/two\\.cp311-win_amd64\\.pyd \\(PE, for Windows\\)$')),
    fix: 'build them for linux x86_64 beside these, or exclude them; if the nodes are others, name their architecture',
  }));
});

test('what can run passes, and so does what is excluded, and what nobody asked about', () => {
  expect(() => python({ 'pkg/fast.so': ARM }, { arch: 'aarch64' })).not.toThrow();
  expect(() => python({ 'pkg/fast.so': 'INPUT(libc.so)', 'pkg/empty.so': '' }, { arch: 'x86_64' })).not.toThrow();
  expect(() => python({ 'pkg/fast.so': MACH_O }, { arch: 'x86_64' }, 'workspace', ['*.so'])).not.toThrow();
  expect(() => python({ 'pkg/fast.so': MACH_O })).not.toThrow();
});

test('a module that was built for several systems can run', () => {
  expect(() => python({ 'pkg/fast.cpython-311-darwin.so': MACH_O, 'pkg/fast.cpython-311-x86_64-linux-gnu.so': INTEL }, { arch: 'x86_64', pythonVersion: '3.11' })).not.toThrow();
  expect(() => python({ 'mac/libz.1.dylib': MACH_O, 'linux/libz.so.1': INTEL }, { arch: 'x86_64' })).not.toThrow();
});

test('a module for another Python is refused where the Python is known', () => {
  const files = { 'pkg/fast.cpython-310-x86_64-linux-gnu.so': INTEL };
  expect(() => python(files, { arch: 'x86_64', pythonVersion: '3.11' })).toThrow('can\'t run on Python 3.11 on linux x86_64: pkg/fast.cpython-310-x86_64-linux-gnu.so (Python 3.10)');
  expect(python(files, { arch: 'x86_64' })).toBe('3.10');
});

test('the only Python that has all modules is the one that the root needs', () => {
  const build = (name: string, minor: number) => ({ [`pkg/${name}.cpython-3${minor}-x86_64-linux-gnu.so`]: INTEL });
  expect(python({}, { arch: 'x86_64' })).toBeUndefined();
  expect(python({ 'pkg/any.abi3.so': INTEL }, { arch: 'x86_64' })).toBeUndefined();
  expect(python({ 'pkg/any.abi3.so': INTEL, ...build('one', 11) }, { arch: 'x86_64' })).toBe('3.11');
  expect(python({ ...build('one', 10), ...build('one', 11) }, { arch: 'x86_64' })).toBeUndefined();
  expect(python({ ...build('one', 10), ...build('one', 11), ...build('two', 11) }, { arch: 'x86_64' })).toBe('3.11');
});

test('more than ten are counted', () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`m${index}.so`, MACH_O]));
  expect(() => python(files, { arch: 'x86_64' })).toThrow(/: 12 of .*, and 2 more$/);
});
