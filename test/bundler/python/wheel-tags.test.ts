import { join } from 'path';
import * as fc from 'fast-check';
import { run } from './environments';
import { PythonTarget, tagFits } from '../../../src/bundler/python/wheel-tags';
import { temporaryDirectory } from '../../temporary-directory';

/** What pip itself would install on the target: one tag a line. */
const PIP = `
import sys
from pip._vendor.packaging import tags
minor, arch = int(sys.argv[1]), sys.argv[2]
platforms = ["manylinux_2_17_" + arch, "manylinux2014_" + arch, "linux_" + arch]
print("\\n".join(map(str, [
    *tags.cpython_tags((3, minor), ["cp3%d" % minor], platforms),
    *tags.compatible_tags((3, minor), "cp3%d" % minor, platforms),
])))
`;

let python: string;

beforeAll(() => {
  const environment = join(temporaryDirectory(), 'env');
  run('python3', ['-m', 'venv', environment]);
  python = join(environment, 'bin', 'python');
}, 60_000);

const target = (minor: number, arch: 'x86_64' | 'aarch64' = 'x86_64'): PythonTarget => ({ pythonVersion: `3.${minor}`, platform: 'linux', arch });

const interpreters = fc.oneof(
  fc.tuple(fc.constantFrom('py', 'cp', 'pp', 'ip'), fc.constantFrom('2', '27', '3', '31', '32', '36', '38', '39', '310', '311', '312', '313', '314')).map((parts) => parts.join('')),
  fc.string({ maxLength: 4, unit: fc.constantFrom('p', 'y', 'c', '3', '1') }),
);
const abis = fc.constantFrom('none', 'abi3', 'cp310', 'cp311', 'cp312', 'cp311t', 'cp313t', 'pypy310_pp73');
const platforms = fc.constantFrom('any', 'linux_x86_64', 'linux_aarch64', 'manylinux_2_17_x86_64', 'manylinux2014_aarch64', 'manylinux2014_x86_64',
  'musllinux_1_2_x86_64', 'macosx_11_0_arm64', 'macosx_10_9_universal2', 'win_amd64', 'win32');

test.each([[10, 'x86_64'], [11, 'x86_64'], [12, 'aarch64']] as const)('what fits is what pip would install: Python 3.%s on %s', (minor, arch) => {
  const accepted = new Set(run(python, ['-c', PIP, String(minor), arch]).trim().split('\n'));
  expect(accepted.size).toBeGreaterThan(50);
  expect([...accepted].filter((tag) => !tagFits(tag, target(minor, arch)))).toEqual([]);
  fc.assert(fc.property(interpreters, abis, platforms, (...parts) => {
    const tag = parts.join('-');
    return tagFits(tag, target(minor, arch)) === accepted.has(tag);
  }), { numRuns: 3000, seed: 4 });
});

test('a compressed tag fits when one of those it stands for does', () => {
  const parts = fc.uniqueArray(interpreters.filter((name) => name !== ''), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(parts, abis, fc.uniqueArray(platforms, { minLength: 1, maxLength: 3 }), (pythons, abi, systems) => {
    const one = pythons.flatMap((name) => systems.map((system) => `${name}-${abi}-${system}`)).some((tag) => tagFits(tag, target(11)));
    const mixed = systems.length > 1 && systems.includes('any'); // no wheel is both for any platform and for one
    return mixed || tagFits(`${pythons.join('.')}-${abi}-${systems.join('.')}`, target(11)) === one;
  }), { numRuns: 500, seed: 4 });
});

test.each(['', 'py3', 'py3-none', 'cp311-cp311'])('%p is no tag', (tag) => {
  expect(tagFits(tag, target(11))).toBe(false);
});

test('a patch release is no target', () => {
  expect(() => tagFits('py3-none-any', { ...target(11), pythonVersion: '3.11.7' })).toThrow('got "3.11.7", expected a minor release such as "3.11"');
});
