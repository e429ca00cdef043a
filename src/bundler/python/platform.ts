import { closeSync, openSync, readSync } from 'fs';
import { basename, join } from 'path';
import { Distribution, distributions, normalizedName } from './distributions';
import { minorOf, PythonTarget, tagFits } from './wheel-tags';
import { BundleError } from '../bundle-error';
import { resolveRoot, RootSource } from '../root-source';
import { walk } from '../walk';

const SHOWN = 10;

/** As much as says what a file is and, for ELF, which processor it is for. */
const HEADER_BYTES = 20;

/** `e_machine` of ELF. */
const MACHINES: Record<number, string> = { 3: 'x86', 40: 'arm', 62: 'x86_64', 183: 'aarch64', 243: 'riscv' };

const MACH_O = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe']);

/**
 * Checks that what is installed in a site-packages root can run on the cluster: by the tags of the wheels and by the first bytes of the libraries.
 *
 * @throws BundleError WRONG_PLATFORM
 */
export function checkPlatform(source: RootSource, target: PythonTarget): void {
  minorOf(target);
  const root = resolveRoot(source);
  const shipped = walk(root, source).files.map(({ path }) => path);
  const metadata = new Set(shipped.map((path) => path.split('/')[0]));
  const wheels = distributions(root).filter((installed) => metadata.has(installed.metadata) && wrongWheel(installed, target));
  const files = wrongLibraries(root, shipped, target, new Set(wheels.map(({ name }) => normalizedName(name))));
  const found = [...wheels.map(({ name, version, tags }) => `${name} ${version} (${tags[0]})`), ...files];
  if (found.length === 0) { return; }
  const more = found.length > SHOWN ? `, and ${found.length - SHOWN} more` : '';
  throw new BundleError('WRONG_PLATFORM',
    `${source.path}: ${found.length} of what is installed can't run on Python ${target.pythonVersion} on ${target.platform} ${target.arch}: `
      + `${found.slice(0, SHOWN).join(', ')}${more}`,
    `let the image have the packages (SitePackages.inImage()), or bundle on ${target.platform} ${target.arch} with Python ${target.pythonVersion}`);
}

function wrongWheel({ tags }: Distribution, target: PythonTarget): boolean {
  return tags.length > 0 && !tags.some((tag) => tagFits(tag, target));
}

/**
 * A library of each top-level package none of whose libraries fits.
 *
 * Not every library that doesn't fit: some wheels for Linux carry those of other systems too and choose at run time.
 */
function wrongLibraries(root: string, shipped: readonly string[], target: PythonTarget, told: ReadonlySet<string>): string[] {
  const packages = new Map<string, string[]>();
  for (const path of shipped.filter((one) => /\.(so(\.[\d.]+)?|dylib|pyd)$/.test(one)).sort()) {
    const top = path.split('/')[0].split('.')[0];
    packages.set(top, [...packages.get(top) ?? [], path]);
  }
  return [...packages].filter(([top]) => !told.has(normalizedName(top))).flatMap(([, paths]) =>
    misfit(paths, (path) => madeFor(header(join(root, path))), `ELF ${target.arch}`) ?? misfit(paths, pythonOf, `Python 3.${minorOf(target)}`) ?? []);
}

/** The first of the libraries, if what is known of them is never what is wanted. */
function misfit(paths: readonly string[], trait: (path: string) => string | undefined, wanted: string): string | undefined {
  const known = paths.map((path) => ({ path, got: trait(path) })).filter(({ got }) => got !== undefined);
  return known.length === 0 || known.some(({ got }) => got === wanted) ? undefined : `${known[0].path} (${known[0].got})`;
}

/** The Python that an extension module is for, if its name tells. */
function pythonOf(path: string): string | undefined {
  const minor = /\.cpython-3(\d+t?)-[\w-]+\.so$/.exec(basename(path))?.[1];
  return minor && `Python 3.${minor}`;
}

/** What a library is made for, or undefined when it is none, such as a linker script. */
function madeFor(bytes: Buffer): string | undefined {
  const magic = bytes.subarray(0, 4).toString('hex');
  if (MACH_O.has(magic)) { return 'Mach-O, for macOS'; }
  if (magic.startsWith('4d5a')) { return 'PE, for Windows'; }
  if (magic !== '7f454c46' || bytes.length < HEADER_BYTES) { return undefined; }
  const machine = bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
  return `ELF ${MACHINES[machine] ?? `machine ${machine}`}`;
}

function header(path: string): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
