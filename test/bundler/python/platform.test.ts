import { sitePackages } from './environments';
import { checkPlatform } from '../../../src/bundler/python/platform';
import { PythonTarget } from '../../../src/bundler/python/wheel-tags';

const TARGET: PythonTarget = { pythonVersion: '3.11', platform: 'linux', arch: 'x86_64' };

/** The start of a library for Linux. */
function elf(machine: number, bigEndian = false): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, bigEndian ? 2 : 1]);
  if (bigEndian) { bytes.writeUInt16BE(machine, 18); } else { bytes.writeUInt16LE(machine, 18); }
  return bytes;
}

const INTEL = elf(62);
const ARM = elf(183);
const MACH_O = Buffer.from('cffaedfe0c00000100000000000000000000000000', 'hex');
const PE = Buffer.from('4d5a90000300000004000000ffff0000b8000000', 'hex');

interface CheckOptions {
  readonly exclude?: string[];
  readonly target?: Partial<PythonTarget>;
}

function check(installed: Record<string, string[]>, files: Record<string, string | Uint8Array> = {}, options: CheckOptions = {}): void {
  const path = sitePackages(installed, files);
  checkPlatform({ kind: 'site-packages', path, exclude: options.exclude }, { ...TARGET, ...options.target });
}

test('what can run passes: pure wheels, those of the target, the stable ABI, and no wheel at all', () => {
  expect(() => check({
    'six-1.17.0': ['py2-none-any', 'py3-none-any'],
    'numpy-2.0': ['cp311-cp311-manylinux_2_17_x86_64', 'cp311-cp311-manylinux2014_x86_64'],
    'stable-1': ['cp39-abi3-manylinux_2_28_x86_64'],
    'unknown-1': [],
  }, { 'numpy/core.cpython-311-x86_64-linux-gnu.so': INTEL, 'numpy/core.so.1.2': INTEL, 'a.abi3.so': INTEL, 'pure/script.so': 'INPUT(libc.so)', 'empty.so': '' })).not.toThrow();
});

test('wheels for another system, processor or Python are named with their tags and the fix', () => {
  expect(() => check({
    'numpy-2.0': ['cp311-cp311-macosx_11_0_arm64', 'cp311-cp311-macosx_12_0_arm64'], 'six-1.17.0': ['py3-none-any'], 'lxml-5': ['cp310-cp310-manylinux2014_x86_64'], 'winner-1': ['cp311-cp311-win_amd64'],
  })).toThrow(expect.objectContaining({
    code: 'WRONG_PLATFORM',
    message: expect.stringMatching(/: 3 of what is installed can't run on Python 3\.11 on linux x86_64: lxml 5 \(cp310-cp310-manylinux2014_x86_64\), numpy 2\.0 \(cp311-cp311-macosx_11_0_arm64\), winner 1 \(cp311-cp311-win_amd64\)$/),
    fix: 'let the image have the packages (SitePackages.inImage()), or bundle on linux x86_64 with Python 3.11',
  }));
});

test.each<[string, Record<string, string | Uint8Array>, string]>([
  ['macOS', { 'pkg/a.so': MACH_O }, 'pkg/a.so (Mach-O, for macOS)'],
  ['macOS, by its ending', { 'pkg/.dylibs/a.dylib': MACH_O }, 'pkg/.dylibs/a.dylib (Mach-O, for macOS)'],
  ['Windows', { 'pkg/a.cp311-win_amd64.pyd': PE }, 'pkg/a.cp311-win_amd64.pyd (PE, for Windows)'],
  ['another processor', { 'pkg/a.so': ARM }, 'pkg/a.so (ELF aarch64)'],
  ['a processor nobody has', { 'pkg/a.so': elf(4242) }, 'pkg/a.so (ELF machine 4242)'],
  ['another byte order', { 'pkg/a.so': elf(183, true) }, 'pkg/a.so (ELF aarch64)'],
  ['another Python', { 'a.cpython-310-x86_64-linux-gnu.so': INTEL }, 'a.cpython-310-x86_64-linux-gnu.so (Python 3.10)'],
  ['another Python beside a plain library', { 'pkg/a.cpython-312-x86_64-linux-gnu.so': INTEL, 'pkg/libz.so.1': INTEL }, 'pkg/a.cpython-312-x86_64-linux-gnu.so (Python 3.12)'],
  ['a Python without a lock', { 'a.cpython-311t-x86_64-linux-gnu.so': INTEL }, 'a.cpython-311t-x86_64-linux-gnu.so (Python 3.11t)'],
])('a library is known by its bytes and its name: %s', (_, files, expected) => {
  expect(() => check({}, files)).toThrow(`: 1 of what is installed can't run on Python 3.11 on linux x86_64: ${expected}`);
});

test('what is wrong on one processor is right on the other', () => {
  expect(() => check({ 'a-1': ['cp311-cp311-manylinux2014_aarch64'] }, { 'a.so': ARM }, { target: { arch: 'aarch64' } })).not.toThrow();
});

test('a package that carries the libraries of several systems can run', () => {
  expect(() => check({}, { 'debugger/linux.so': INTEL, 'debugger/linux32.so': elf(3), 'debugger/mac.dylib': MACH_O, 'debugger/win.pyd': PE })).not.toThrow();
});

test('a package is told once, by its wheel', () => {
  expect(() => check({ 'Some.Pkg-1': ['cp311-cp311-macosx_11_0_arm64'] }, { 'some_pkg/a.so': MACH_O, 'some_pkg/b.so': MACH_O })).toThrow(/: 1 of what is installed .*: Some\.Pkg 1 \(.*\)$/);
});

test('more than ten are counted', () => {
  const installed = Object.fromEntries([...Array(13).keys()].map((i) => [`p${String(i).padStart(2, '0')}-1`, ['cp311-cp311-win32']]));
  expect(() => check(installed)).toThrow(/: 13 of .*p00 1 \(cp311-cp311-win32\), .*p09 1 \(cp311-cp311-win32\), and 3 more$/);
});

test('what does not ship is not checked', () => {
  expect(() => check({ 'ray-2.0': ['cp311-cp311-macosx_11_0_arm64'] }, { 'ray/a.so': MACH_O }, { exclude: ['/ray/', '/ray-2.0.dist-info/'] })).not.toThrow();
});
