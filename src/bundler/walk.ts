import { lstatSync, readdirSync, realpathSync, statSync, Stats } from 'fs';
import { dirname, join, sep } from 'path';
import ignore from 'ignore';
import { BundleError } from './bundle-error';
import { unreadable } from './file-hash';
import { HeldBackFile, isPrunedDirectory, isPrunedFile, secretReason } from './left-out';
import { RootCensus } from './root-limits';
import { RootKind, RootSource } from './root-source';
import { refuseTwins } from './twins';

/** A file that ships, with what the stat index compares. Times in milliseconds. */
export interface WalkedFile {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly executable: boolean;
}

/** What marks a directory as a virtual or conda environment: installed, not written. */
const ENVIRONMENT_MARKERS = new Set(['pyvenv.cfg', 'conda-meta']);

/** What a root holds, in no order. */
export interface Walk {
  readonly files: WalkedFile[];
  readonly heldBack: HeldBackFile[];
}

/**
 * Lists the files of a root that ship.
 *
 * Synchronous on purpose: measured 1.5 to 19 times faster than the asynchronous forms.
 *
 * @throws BundleError for names and links that can't ship
 */
export function walk(root: string, source: RootSource): Walk {
  const walker = new Walker(root, source.kind, excluder(source.exclude ?? []), new RootCensus(root, source.kind, source.limits));
  walker.directory('');
  if (source.kind !== 'site-packages') { refuseTwins(root, walker.files.map(({ path }) => path)); }
  return { files: walker.files, heldBack: walker.heldBack };
}

class Walker {
  public readonly files: WalkedFile[] = [];
  public readonly heldBack: HeldBackFile[] = [];
  /** Targets of the links that lead to where we are. */
  private readonly linked: string[] = [];

  constructor(
    private readonly root: string,
    private readonly kind: RootKind,
    private readonly isExcluded: (path: string) => boolean,
    private readonly census: RootCensus,
  ) {}

  public directory(relative: string): void {
    const entries = readDirectory(join(this.root, relative));
    if (relative !== '' && entries.some(({ name }) => ENVIRONMENT_MARKERS.has(name))) { return; }
    for (const entry of entries) {
      checkName(relative, entry.name);
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        this.enter(path, entry.name);
      } else if (entry.isSymbolicLink()) {
        this.link(path, entry.name);
      } else if (entry.isFile()) {
        this.file(path, entry.name, lstatSync(`${this.root}/${path}`));
      } else {
        this.heldBack.push({ path, reason: 'neither a file nor a directory' });
      }
    }
  }

  private enter(path: string, name: string): void {
    if (isPrunedDirectory(name, this.kind) || this.isExcluded(`${path}/`)) { return; }
    const secret = secretReason(name, true, this.kind);
    if (secret) {
      this.heldBack.push({ path: `${path}/`, reason: secret });
      return;
    }
    this.directory(path);
  }

  /** Zip readers make links into text files, so what a link points to ships in its place. */
  private link(path: string, name: string): void {
    const absolute = join(this.root, path);
    const target = statSync(absolute, { throwIfNoEntry: false });
    if (!target) {
      if (this.isExcluded(path)) { return; }
      throw new BundleError('LINK_DANGLING', `${absolute}: the link points to nothing`, 'remove the link, or exclude it');
    }
    if (!target.isDirectory()) {
      this.file(path, name, target);
      return;
    }
    const real = realpathSync(absolute);
    if (name === 'lib64' || this.leadsBack(absolute, real)) { return; } // lib64 -> lib would ship everything twice
    this.linked.push(real);
    this.enter(path, name);
    this.linked.pop();
  }

  /** Whether a link goes to a directory that it is itself in: following it would never end. */
  private leadsBack(link: string, target: string): boolean {
    const here = realpathSync(dirname(link));
    return this.linked.includes(target) || here === target || here.startsWith(target + sep);
  }

  private file(path: string, name: string, stats: Stats): void {
    if (isPrunedFile(name) || this.isExcluded(path)) { return; }
    const secret = secretReason(name, false, this.kind);
    if (secret) {
      this.heldBack.push({ path, reason: secret });
      return;
    }
    this.census.add(path, stats.size);
    // eslint-disable-next-line no-bitwise
    const executable = (stats.mode & 0o100) !== 0;
    this.files.push({ path, size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino, executable });
  }
}

function excluder(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) { return () => false; }
  const rules = ignore().add([...patterns]);
  return (path) => rules.ignores(path);
}

function readDirectory(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

function checkName(directory: string, name: string): void {
  if (name.includes('\uFFFD')) {
    throw new BundleError('NAME_NOT_UTF8', `${directory}/${name}: the name is not UTF-8`, 'rename the file, or exclude it');
  }
  if (name.includes('\\')) {
    throw new BundleError('NAME_REFUSED', `${directory}/${name}: a backslash in a name is a path separator elsewhere`, 'rename the file, or exclude it');
  }
}
