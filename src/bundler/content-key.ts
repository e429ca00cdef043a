import { createHash } from 'crypto';

/** A file as its content: what it is called, whether it runs, and the SHA-256 of its bytes in hex. */
export interface KeyedFile {
  readonly path: string;
  readonly executable: boolean;
  readonly sha256: string;
}

/** Each update costs a call out of JavaScript; so many lines are one. */
const LINES_AT_ONCE = 1024;

/** The files in the order of their paths' UTF-8 bytes, so that any language can make the same keys. */
export function sortedByPath<T extends { readonly path: string }>(files: readonly T[]): T[] {
  const isPlain = files.every(({ path }) => isAscii(path));
  return [...files].sort(isPlain ? byCodeUnit : byBytes);
}

/**
 * Key of a list of files that is {@link sortedByPath}: a function of paths, x-bits and contents only.
 *
 * Times, owners and the place on disk are left out, so a clone shares the keys of its origin.
 */
export function contentKey(files: readonly KeyedFile[]): string {
  const hash = createHash('sha256').update('files/v1\n');
  for (let from = 0; from < files.length; from += LINES_AT_ONCE) {
    hash.update(files.slice(from, from + LINES_AT_ONCE).map((file) => `${file.path}\0${file.executable ? 'x' : '-'}\0${file.sha256}\n`).join(''));
  }
  return hash.digest('hex');
}

/** Digest of a bundle: its roots by kind and digest, in sys.path order. */
export function bundleDigest(roots: ReadonlyArray<{ readonly kind: string; readonly digest: string }>): string {
  const hash = createHash('sha256').update('bundle/v1\n');
  for (const root of roots) {
    hash.update(`${root.kind}\0${root.digest}\n`);
  }
  return hash.digest('hex');
}

/** SHA-256 of bytes, in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text); // eslint-disable-line no-control-regex
}

/** The same order as that of bytes, for ASCII. */
function byCodeUnit(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

function byBytes(a: { readonly path: string }, b: { readonly path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
