import { closeSync, openSync, readSync } from 'fs';
import { basename, join } from 'path';
import { Processor } from './wheel-tags';

/** What libraries have to run on: Linux, always. */
export interface LibraryTarget {
  readonly arch: Processor;
  /** Minor release, such as `3.11`. Absent: nobody knows, any will do. */
  readonly pythonVersion?: string;
}

/** As much as says what a file is and, for ELF, which processor it is for. */
const HEADER_BYTES = 20;

/** `e_machine` of ELF. */
const MACHINES: Record<number, string> = { 3: 'x86', 40: 'arm', 62: 'x86_64', 183: 'aarch64', 243: 'riscv' };

const MACH_O = new Set(['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe']);

/** Whether a file is compiled code, by its name. */
export function isLibrary(path: string): boolean {
  return /\.(so(\.[\d.]+)?|dylib|pyd)$/.test(path);
}

/** For messages: `Python 3.11 on linux x86_64`. */
export function describeTarget({ arch, pythonVersion }: LibraryTarget): string {
  return `${pythonVersion === undefined ? '' : `Python ${pythonVersion} on `}linux ${arch}`;
}

/** The first of some libraries with what it is for, unless one of them, or something unknown, fits the target. */
export function misfit(root: string, paths: readonly string[], { arch, pythonVersion }: LibraryTarget): string | undefined {
  return firstWrong(paths, (path) => madeFor(header(join(root, path))), `ELF ${arch}`)
    ?? (pythonVersion === undefined ? undefined : firstWrong(paths, pythonOf, `Python ${pythonVersion}`));
}

/** The first, if what is known of them is never what is wanted. */
function firstWrong(paths: readonly string[], trait: (path: string) => string | undefined, wanted: string): string | undefined {
  const known = paths.map((path) => ({ path, got: trait(path) })).filter(({ got }) => got !== undefined);
  return known.length === 0 || known.some(({ got }) => got === wanted) ? undefined : `${known[0].path} (${known[0].got})`;
}

/** The Python that an extension module is for, such as `Python 3.11`, if its name tells. */
export function pythonOf(path: string): string | undefined {
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
