import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { contentKey, sha256 } from './content-key';
import { FileStamps } from './file-stamps';
import { decodeIndex, encodeIndex, FileIndex } from './stat-index-format';
import { WalkedFile } from './walk';

/** Timestamps tick in steps of up to 2 s (FAT, HFS+): what changed so shortly before the index was written may change again unseen. */
const RACY_MS = 2000;

const EMPTY: FileIndex = { writtenMs: 0, digest: contentKey([]), paths: [], hashes: [], sizes: [], mtimesMs: [], ctimesMs: [], inos: [] };

/**
 * Remembers the content hash of files that have not changed since they were read, as git's index does.
 *
 * It only decides whether a file must be read again, or a key made again, never what the key is: deleting it costs time and
 * nothing else.
 */
export class StatIndex {
  /** Loads the index of a root. A missing, damaged or older one is empty. */
  public static load(cacheDirectory: string, root: string): StatIndex {
    const path = join(cacheDirectory, 'stat-index', sha256(root).slice(0, 32));
    try {
      return new StatIndex(path, decodeIndex(readFileSync(path)) ?? EMPTY);
    } catch {
      return new StatIndex(path, EMPTY); // no index is an empty index
    }
  }

  /** Where the next file is expected: a walk mostly finds files in the order of the last one. */
  private next = 0;
  private positions?: Map<string, number>;

  private constructor(private readonly path: string, private readonly file: FileIndex) {}

  /** How many files it knows. */
  public get size(): number {
    return this.file.paths.length;
  }

  /** Content key of the files that it knows: theirs, when each of them is trusted and there is no other. */
  public get digest(): string {
    return this.file.digest;
  }

  /** The hash of each file of which it is certain that it is as it was then. */
  public trusted(files: readonly WalkedFile[], stamps: FileStamps): Array<string | undefined> {
    const { sizes, mtimesMs, ctimesMs, inos, hashes, writtenMs } = this.file;
    return files.map(({ path, size }, index) => {
      const at = this.position(path);
      if (at === undefined) { return undefined; }
      const [mtimeMs, ctimeMs] = [stamps.mtimesMs[index], stamps.ctimesMs[index]];
      const same = sizes[at] === size && mtimesMs[at] === mtimeMs && ctimesMs[at] === ctimeMs && inos[at] === stamps.inos[index];
      const settled = Math.max(mtimeMs, ctimeMs) < writtenMs - RACY_MS;
      return same && settled ? hashes[at] : undefined;
    });
  }

  /**
   * Replaces the index by what is known now: `hashes[i]` is that of `files[i]`.
   *
   * @param digest content key of the files
   * @param nowMs a time before the first file was read
   */
  public save(files: readonly WalkedFile[], stamps: FileStamps, hashes: readonly string[], digest: string, nowMs: number): void {
    try {
      this.write({ ...stamps, writtenMs: nowMs, digest, hashes, paths: files.map(({ path }) => path), sizes: files.map(({ size }) => size) });
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

  private write(file: FileIndex): void {
    const temporary = `${this.path}.${process.pid}`;
    mkdirSync(dirname(this.path), { recursive: true });
    try {
      writeFileSync(temporary, encodeIndex(file), { mode: 0o600 });
      renameSync(temporary, this.path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}
