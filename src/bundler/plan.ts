import { BundleError } from './bundle-error';
import { cacheDirectory } from './cache-directory';
import { bundleDigest, contentKey, sortedByPath } from './content-key';
import { PRIVATE_KEY } from './file-hash';
import { hashFiles, HashProgress } from './hash-files';
import { HeldBackFile, isNotebook } from './left-out';
import { OutwardLink } from './links';
import { HashedFiles, heldBackKeys } from './private-keys';
import { checkCompiledModules } from './python/compiled-modules';
import { nameFound } from './python/module-names';
import { RootKind, RootSource, resolveRoot } from './root-source';
import { Shard, shard, SizedFile } from './shards';
import { StatIndex } from './stat-index';
import { walk, Walk } from './walk';

export type { RootKind, RootSource } from './root-source';

/** What to bundle. */
export interface BundleOptions {
  /** In sys.path order. */
  readonly roots: readonly RootSource[];
  /** Where the stat index lives. @default cacheDirectory() */
  readonly cacheDirectory?: string;
  /** Threads that hash. @default one a core, at most 8; none below 64 MB */
  readonly threads?: number;
  /** Called now and then while files are hashed. */
  readonly onProgress?: (progress: HashProgress) => void;
}

/** A root as content, and where it is on this machine. */
export interface PlannedRoot {
  readonly source: RootSource;
  /** The real directory, without links. */
  readonly directory: string;
  readonly kind: RootKind;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** Minor release of the only Python that its compiled modules are for. */
  readonly pythonVersion?: string;
  /** Made when they are first asked for: synth needs the digest alone. */
  readonly shards: readonly Shard[];
  /** As much of a module's dotted name as Python finds in what ships. */
  nameFound(module: string): string;
}

/** A shard and the root that it is a part of. */
export interface PlacedShard {
  readonly root: PlannedRoot;
  readonly shard: Shard;
}

interface RootContents extends HashedFiles {
  /** Of the files that ship. */
  readonly digest: string;
}

/** What would ship. Nothing is compressed yet and no network was touched. */
export interface BundlePlan {
  /** Names the bundle: the same for the same content on any machine. */
  readonly digest: string;
  readonly roots: readonly PlannedRoot[];
  readonly heldBack: readonly HeldBackFile[];
  /** Links by which something from outside a root ships. */
  readonly outwardLinks: readonly OutwardLink[];
}

/** What a plan lists beside its roots, as the roots are walked. */
interface Remarks {
  readonly heldBack: HeldBackFile[];
  readonly outwardLinks: OutwardLink[];
}

/**
 * Hashes the roots by content. Reads files and writes the stat index, nothing else.
 *
 * @throws BundleError when a root can't or must not ship
 */
export function planBundle(options: BundleOptions): BundlePlan {
  const cache = options.cacheDirectory ?? cacheDirectory();
  const remarks: Remarks = { heldBack: [], outwardLinks: [] };
  const seen = new Map<string, string>();
  const roots = options.roots.map((source) => {
    const real = resolveRoot(source);
    if (seen.has(real)) {
      throw new BundleError('ROOT_TWICE', `${source.path} and ${seen.get(real)} are the same directory, expected different roots`, 'remove one of the two');
    }
    seen.set(real, source.path);
    return planRoot(real, source, { ...options, cacheDirectory: cache }, remarks);
  });
  if (roots.length === 0) {
    throw new BundleError('NO_ROOTS', 'a bundle has no roots, expected at least one', 'add BundleRoot.workspace(PATH)');
  }
  return { digest: bundleDigest(roots), roots, ...remarks };
}

/** As much of a module's dotted name as Python finds in one of the roots. */
export function longestNameFound(roots: readonly PlannedRoot[], module: string): string {
  return roots.map((root) => root.nameFound(module)).reduce((longest, name) => (name.length > longest.length ? name : longest), '');
}

function planRoot(directory: string, source: RootSource, options: BundleOptions, remarks: Remarks): PlannedRoot {
  const startMs = Date.now();
  const found = walk(directory, source);
  if (found.files.length === 0 && source.kind === 'workspace') { throw emptyRoot(directory, found.heldBack); }
  const pythonVersion = source.runsOn && checkCompiledModules(directory, found.files.map(({ path }) => path), source.runsOn);
  const contents = contentsOf(directory, found, startMs, options);
  const keys = heldBackKeys(directory, source.kind, contents);
  const held = new Set(keys.map(({ path }) => path));
  remarks.heldBack.push(...found.heldBack, ...keys);
  remarks.outwardLinks.push(...found.outwardLinks.filter(({ path }) => !held.has(path)));
  return rootOf(source, directory, contents, pythonVersion);
}

function emptyRoot(directory: string, heldBack: readonly HeldBackFile[]): BundleError {
  const held = heldBack.length > 0 ? ` (${heldBack.length} held back: ${heldBack[0].path}, ${heldBack[0].reason})` : '';
  return new BundleError('ROOT_EMPTY', `${directory} holds no file that ships${held}, expected Python code`, 'correct the path of the root, or what it excludes');
}

/** The hash of each file, known from the last time or made now, and the digest of all that may ship. */
function contentsOf(directory: string, { files, stamps }: Walk, startMs: number, options: BundleOptions): RootContents {
  const index = StatIndex.load(options.cacheDirectory!, directory);
  const known = index.trusted(files, stamps);
  if (index.size === files.length && !known.includes(undefined)) { return { files, hashes: known as string[], digest: index.digest }; }
  const unknown = files.filter((_, position) => known[position] === undefined);
  const read = hashFiles(unknown.map(({ path, size }) => ({ path: `${directory}/${path}`, size })), options).values();
  const contents = files.map(({ size }, position) => (known[position] === undefined ? read.next().value! : { size, sha256: known[position] }));
  const hashes = contents.map(({ sha256 }) => sha256);
  const sized = files.map((file, position) => ({ ...file, size: contents[position].size }));
  const digest = contentKey(sortedByPath(shipped({ files: sized, hashes })));
  index.save(files, stamps, hashes, digest, startMs);
  return { files: sized, hashes, digest };
}

function rootOf(source: RootSource, directory: string, contents: RootContents, pythonVersion?: string): PlannedRoot {
  const ships = contents.files.filter((_, index) => contents.hashes[index] !== PRIVATE_KEY);
  let shards: readonly Shard[] | undefined;
  return {
    source,
    directory,
    kind: source.kind,
    digest: contents.digest,
    files: ships.length,
    bytes: ships.reduce((sum, { size }) => sum + size, 0),
    pythonVersion,
    get shards() {
      return shards ??= shard(shipped(contents), isNotebook);
    },
    nameFound: (module) => nameFound(ships.map(({ path }) => path), module),
  };
}

function shipped({ files, hashes }: HashedFiles): SizedFile[] {
  return files.map((file, index) => ({ ...file, sha256: hashes[index] })).filter(({ sha256 }) => sha256 !== PRIVATE_KEY);
}
