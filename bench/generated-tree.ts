import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cacheDirectory } from '../src/bundler/cache-directory';

/** How large a generated directory is. */
export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
  /** Libraries among the files, each of {@link LARGE_BYTES}. */
  readonly libraries: number;
}

/** A third of a real site-packages' bytes are in a handful of libraries; most files are a few kB of source. */
export const INSTALLED: TreeSize = { files: 50_000, bytes: 1e9, libraries: 12 };

const LARGE_BYTES = 28e6;

/**
 * A directory that looks like installed packages: made once, the same on every machine.
 *
 * Small files are slices of this repository's own text; large ones are half text, half noise, as machine code compresses.
 */
export function generatedTree({ files, bytes, libraries }: TreeSize): string {
  const root = join(cacheDirectory(), 'bench', `tree-${files}-${bytes}`);
  if (existsSync(join(root, '.complete'))) { return root; }
  process.stderr.write(`making ${files} files of ${bytes / 1e6} MB in ${root}\n`);
  const text = Buffer.concat(Array.from({ length: 40 }, () => readFileSync(join(__dirname, '..', 'package-lock.json'))));
  const random = generator(1);
  for (let index = 0; index < libraries; index++) {
    write(root, `package${index}/lib/large.so`, noisy(LARGE_BYTES, text, random));
  }
  const small = files - libraries;
  const average = (bytes - libraries * LARGE_BYTES) / small;
  for (let index = 0; index < small; index++) {
    const size = Math.round(average * 0.2 + random() ** 4 * average * 4); // mean: the average; half of the files far below
    const from = Math.floor(random() * (text.length - size - 1));
    write(root, `package${index % 400}/sub${index % 7}/module${index}.py`, text.subarray(from, from + size));
  }
  writeFileSync(join(root, '.complete'), '');
  return root;
}

function write(root: string, path: string, bytes: Buffer): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

function noisy(bytes: number, text: Buffer, random: () => number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 512) {
    if (random() < 0.5) {
      text.copy(buffer, at, at % (text.length - 512), (at % (text.length - 512)) + 512);
    } else {
      for (let offset = at; offset < Math.min(at + 512, bytes); offset++) { buffer[offset] = random() * 256; }
    }
  }
  return buffer;
}

/* eslint-disable no-bitwise */

/** Numbers from 0 to 1, the same on every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
