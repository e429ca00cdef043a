import { readFileSync } from 'fs';
import { join } from 'path';
import { BundleError } from './bundle-error';
import { cacheDirectory } from './cache-directory';
import { bundleDigest, byPath, contentKey, sha256 } from './content-key';
import { HeldBackFile, holdsPrivateKey } from './left-out';
import { RootKind, RootSource, resolveRoot } from './root-source';
import { Shard, shard, SizedFile } from './shards';
import { StatIndex } from './stat-index';
import { walk, WalkedFile } from './walk';

export type { RootKind, RootSource } from './root-source';

/** What to bundle. */
export interface BundleOptions {
  /** In sys.path order. */
  readonly roots: readonly RootSource[];
  /** Where the stat index lives. @default cacheDirectory() */
  readonly cacheDirectory?: string;
}

/** A root as content, and where it is on this machine. */
export interface PlannedRoot {
  readonly source: RootSource;
  readonly kind: RootKind;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly shards: readonly Shard[];
}

/** What would ship. Nothing is compressed yet and no network was touched. */
export interface BundlePlan {
  /** Names the bundle: the same for the same content on any machine. */
  readonly digest: string;
  readonly roots: readonly PlannedRoot[];
  readonly heldBack: readonly HeldBackFile[];
}

/**
 * Hashes the roots by content. Reads files and writes the stat index, nothing else.
 *
 * @throws BundleError when a root can't or must not ship
 */
export function planBundle(options: BundleOptions): BundlePlan {
  const cache = options.cacheDirectory ?? cacheDirectory();
  const heldBack: HeldBackFile[] = [];
  const seen = new Map<string, string>();
  const roots = options.roots.map((source) => {
    const real = resolveRoot(source);
    if (seen.has(real)) {
      throw new BundleError('ROOT_TWICE', `${source.path} and ${seen.get(real)} are the same directory, expected different roots`, 'remove one of the two');
    }
    seen.set(real, source.path);
    return planRoot(real, source, cache, heldBack);
  });
  if (roots.length === 0) {
    throw new BundleError('NO_ROOTS', 'a bundle has no roots, expected at least one', 'add BundleRoot.workspace(PATH)');
  }
  return { digest: bundleDigest(roots), roots, heldBack };
}

function planRoot(real: string, source: RootSource, cache: string, heldBack: HeldBackFile[]): PlannedRoot {
  const startMs = Date.now();
  const found = walk(real, source);
  heldBack.push(...found.heldBack);
  const index = StatIndex.load(cache, real);
  const shipped = found.files.filter((file) => source.notebooks === 'isolate' || !isNotebook(file.path));
  const files = shipped.map((file) => ({ path: file.path, executable: file.executable, size: file.size, sha256: hashOf(real, file, index) }));
  index.save(startMs);
  return rootOf(source, files.sort(byPath));
}

function rootOf(source: RootSource, files: SizedFile[]): PlannedRoot {
  return {
    source,
    kind: source.kind,
    digest: contentKey(files),
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    shards: shard(files, isNotebook),
  };
}

function hashOf(root: string, file: WalkedFile, index: StatIndex): string {
  const known = index.trusted(file);
  const hash = known ?? readAndHash(join(root, file.path));
  index.set(file, hash, known === undefined);
  return hash;
}

function readAndHash(path: string): string {
  const bytes = readFile(path);
  if (holdsPrivateKey(bytes)) {
    throw new BundleError('PRIVATE_KEY', `${path} holds a private key: it must not leave this machine`, 'move it out of the root, or exclude it');
  }
  return sha256(bytes);
}

/** Reads a file of a root whole. @throws BundleError UNREADABLE */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new BundleError('UNREADABLE', `${path}: ${(error as Error).message}`, 'give read access to it, or exclude it');
  }
}

function isNotebook(path: string): boolean {
  return path.endsWith('.ipynb');
}
