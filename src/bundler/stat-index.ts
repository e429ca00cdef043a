import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { sha256 } from './content-key';
import { WalkedFile } from './walk';

/** Changes whenever the meaning of the file does; an index of another version is ignored. */
const INDEX_VERSION = 2;

/** Timestamps tick in steps of up to 2 s (FAT, HFS+): what changed so shortly before the index was written may change again unseen. */
const RACY_MS = 2000;

/** Columns, not records: measured half the time to read, since a file costs no object. */
interface IndexFile {
  readonly version: number;
  readonly writtenMs: number;
  readonly paths: readonly string[];
  readonly sizes: readonly number[];
  readonly mtimesMs: readonly number[];
  readonly ctimesMs: readonly number[];
  readonly inos: readonly number[];
  readonly hashes: readonly string[];
}

const EMPTY: IndexFile = { version: INDEX_VERSION, writtenMs: 0, paths: [], sizes: [], mtimesMs: [], ctimesMs: [], inos: [], hashes: [] };

/**
 * Remembers the content hash of files that have not changed since they were read, as git's index does.
 *
 * It only decides whether a file must be read again, never what a key is: deleting it costs time and nothing else.
 */
export class StatIndex {
  /** Loads the index of a root. A missing, damaged or older one is empty. */
  public static load(cacheDirectory: string, root: string): StatIndex {
    const path = join(cacheDirectory, 'stat-index', `${sha256(root).slice(0, 32)}.json`);
    try {
      const file = JSON.parse(readFileSync(path, 'utf8')) as IndexFile;
      if (file.version === INDEX_VERSION) { return new StatIndex(path, file); }
    } catch {
      // no index is an empty index
    }
    return new StatIndex(path, EMPTY);
  }

  /** Where the next file is expected: a walk mostly finds files in the order of the last one. */
  private next = 0;
  private positions?: Map<string, number>;

  private constructor(private readonly path: string, private readonly file: IndexFile) {}

  /** How many files it knows. */
  public get size(): number {
    return this.file.paths.length;
  }

  /** The hash of a file, when it is certain that the file is as it was then. */
  public trusted(file: WalkedFile): string | undefined {
    const at = this.position(file.path);
    if (at === undefined) { return undefined; }
    const { sizes, mtimesMs, ctimesMs, inos, hashes, writtenMs } = this.file;
    const same = sizes[at] === file.size && mtimesMs[at] === file.mtimeMs && ctimesMs[at] === file.ctimeMs && inos[at] === file.ino;
    const settled = Math.max(file.mtimeMs, file.ctimeMs) < writtenMs - RACY_MS;
    return same && settled ? hashes[at] : undefined;
  }

  /**
   * Replaces the index by what is known now: `hashes[i]` is that of `files[i]`.
   *
   * @param nowMs a time before the first file was read
   */
  public save(files: readonly WalkedFile[], hashes: readonly string[], nowMs: number): void {
    try {
      this.write({
        version: INDEX_VERSION,
        writtenMs: nowMs,
        paths: files.map(({ path }) => path),
        sizes: files.map(({ size }) => size),
        mtimesMs: files.map(({ mtimeMs }) => mtimeMs),
        ctimesMs: files.map(({ ctimeMs }) => ctimeMs),
        inos: files.map(({ ino }) => ino),
        hashes,
      });
    } catch {
      // a full or read-only cache costs the next synth some time, no more
    }
  }

  private position(path: string): number | undefined {
    const { paths } = this.file;
    if (paths[this.next] === path) { return this.next++; }
    this.positions ??= new Map(paths.map((known, index) => [known, index]));
    const at = this.positions.get(path);
    if (at !== undefined) { this.next = at + 1; }
    return at;
  }

  private write(file: IndexFile): void {
    const temporary = `${this.path}.${process.pid}`;
    mkdirSync(dirname(this.path), { recursive: true });
    try {
      writeFileSync(temporary, JSON.stringify(file), { mode: 0o600 });
      renameSync(temporary, this.path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}
