import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { sha256 } from './content-key';
import { WalkedFile } from './walk';

/** Changes whenever the meaning of an entry does; an index of another version is ignored. */
const INDEX_VERSION = 1;

/** Timestamps tick in steps of up to 2 s (FAT, HFS+): what changed so shortly before the index was written may change again unseen. */
const RACY_MS = 2000;

type Entry = [size: number, mtimeMs: number, ctimeMs: number, ino: number, sha256: string];

interface IndexFile {
  readonly version: number;
  readonly writtenMs: number;
  readonly files: Record<string, Entry>;
}

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
    return new StatIndex(path, { version: INDEX_VERSION, writtenMs: 0, files: {} });
  }

  /** How many files it knows. */
  public get size(): number {
    return Object.keys(this.file.files).length;
  }

  private constructor(private readonly path: string, private readonly file: IndexFile) {}

  /** The hash of a file, when it is certain that the file is as it was then. */
  public trusted(file: WalkedFile): string | undefined {
    const entry = Object.hasOwn(this.file.files, file.path) ? this.file.files[file.path] : undefined;
    if (!entry) { return undefined; }
    const [size, mtimeMs, ctimeMs, ino, hash] = entry;
    const same = size === file.size && mtimeMs === file.mtimeMs && ctimeMs === file.ctimeMs && ino === file.ino;
    const settled = Math.max(mtimeMs, ctimeMs) < this.file.writtenMs - RACY_MS;
    return same && settled ? hash : undefined;
  }

  /**
   * Replaces the index by what is known now: `hashes[i]` is that of `files[i]`.
   *
   * @param nowMs a time before the first file was read
   */
  public save(files: readonly WalkedFile[], hashes: readonly string[], nowMs: number): void {
    const entries: Record<string, Entry> = Object.create(null) as Record<string, Entry>;
    files.forEach((file, index) => { entries[file.path] = [file.size, file.mtimeMs, file.ctimeMs, file.ino, hashes[index]]; });
    try {
      this.write({ version: INDEX_VERSION, writtenMs: nowMs, files: entries });
    } catch {
      // a full or read-only cache costs the next synth some time, no more
    }
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
