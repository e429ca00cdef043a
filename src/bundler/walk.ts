import { lstatSync, readdirSync, realpathSync, Stats } from 'fs';
import { dirname, join } from 'path';
import ignore from 'ignore';
import { BundleError } from './bundle-error';
import { unreadable } from './file-hash';
import { FileStamps } from './file-stamps';
import { isInside } from './inside';
import { HeldBackFile, isNotebook, isPrunedDirectory, isPrunedFile, secretReason } from './left-out';
import { linkTarget, OutwardLink, refuseTarget, secretTarget } from './links';
import { RootCensus } from './root-limits';
import { RootKind, RootSource } from './root-source';
import { refuseTwins } from './twins';

/** A file that ships. */
export interface WalkedFile {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
}

/** What marks a directory as a virtual or conda environment: installed, not written. */
const ENVIRONMENT_MARKERS = ['pyvenv.cfg', 'conda-meta'];

/** What a root holds, in no order. */
export interface Walk {
  readonly files: WalkedFile[];
  /** Of the files, in their order. */
  readonly stamps: FileStamps;
  readonly heldBack: HeldBackFile[];
  /** Links by which something from outside ships. */
  readonly outwardLinks: OutwardLink[];
}

/**
 * Lists the files of a root that ship.
 *
 * Synchronous on purpose: measured 1.5 to 19 times faster than the asynchronous forms.
 *
 * @throws BundleError for names and links that can't ship
 */
export function walk(root: string, source: RootSource): Walk {
  const walker = new Walker(root, source, excluder(source.exclude ?? []), new RootCensus(root, source.kind, source.limits));
  walker.directory('');
  if (source.kind !== 'site-packages') { refuseTwins(root, walker.files.map(({ path }) => path)); }
  return { files: walker.files, stamps: walker.stamps, heldBack: walker.heldBack, outwardLinks: walker.outwardLinks };
}

class Walker {
  public readonly files: WalkedFile[] = [];
  public readonly stamps = new FileStamps();
  public readonly heldBack: HeldBackFile[] = [];
  public readonly outwardLinks: OutwardLink[] = [];
  /** Targets of the links that lead to where we are. */
  private readonly linked: string[] = [];
  private readonly real: string;
  private readonly kind: RootKind;
  private readonly shipsNotebooks: boolean;

  constructor(
    private readonly root: string,
    source: RootSource,
    private readonly isExcluded: (path: string) => boolean,
    private readonly census: RootCensus,
  ) {
    this.real = realpathSync.native(root);
    this.kind = source.kind;
    this.shipsNotebooks = source.notebooks === 'isolate';
  }

  public directory(relative: string): void {
    const names = readDirectory(join(this.root, relative));
    if (relative !== '' && ENVIRONMENT_MARKERS.some((marker) => names.includes(marker))) { return; }
    checkNames(relative, names);
    const directory = relative === '' ? `${this.root}/` : `${this.root}/${relative}/`;
    for (const name of names) {
      const absolute = directory + name;
      const stats = statsOf(absolute);
      const path = absolute.slice(this.root.length + 1); // shares its memory: joining a second time costs a tenth of a walk
      if (stats.isFile()) {
        this.file(path, name, stats);
      } else if (stats.isDirectory()) {
        this.enter(path, name);
      } else if (stats.isSymbolicLink()) {
        this.link(path, name);
      } else {
        this.hold(path, false, 'neither a file nor a directory');
      }
    }
  }

  private enter(path: string, name: string): void {
    if (!this.isLeftOut(path, name, true)) { this.directory(path); }
  }

  /** Zip readers make links into text files, so what a link points to ships in its place. */
  private link(path: string, name: string): void {
    const absolute = join(this.root, path);
    if (this.isExcluded(path) && this.isExcluded(`${path}/`)) { return; } // what it leads to doesn't matter, not even whether it does
    const stats = linkTarget(absolute);
    const isDirectory = stats.isDirectory();
    if (this.isLeftOut(path, name, isDirectory)) { return; }
    const target = realpathSync.native(absolute);
    const place = [this.real, ...this.linked].find((known) => isAtOrInside(target, known));
    const secret = secretTarget(target.slice(place?.length ?? 0), isDirectory, this.kind);
    if (secret) {
      this.hold(path, isDirectory, secret);
      return;
    }
    if (place === undefined && isDirectory) { refuseTarget(absolute, target); }
    const before = this.files.length;
    this.follow(path, name, stats, target);
    if (place === undefined && this.files.length > before) { this.outwardLinks.push({ path, target }); }
  }

  private follow(path: string, name: string, stats: Stats, target: string): void {
    if (stats.isFile()) {
      this.add(path, stats);
    } else if (!stats.isDirectory()) {
      this.hold(path, false, 'neither a file nor a directory');
    } else if (name !== 'lib64' && !this.leadsBack(join(this.root, path), target)) { // lib64 -> lib would ship everything twice
      this.linked.push(target);
      this.directory(path);
      this.linked.pop();
    }
  }

  /** Whether a name keeps a file or directory out. One that looks like a secret is listed. */
  private isLeftOut(path: string, name: string, isDirectory: boolean): boolean {
    if (isDirectory ? isPrunedDirectory(name, this.kind) || this.isExcluded(`${path}/`) : this.isUnwanted(path, name)) { return true; }
    const secret = secretReason(name, isDirectory, this.kind);
    if (secret) { this.hold(path, isDirectory, secret); }
    return secret !== undefined;
  }

  private isUnwanted(path: string, name: string): boolean {
    return isPrunedFile(name) || (!this.shipsNotebooks && isNotebook(name)) || this.isExcluded(path);
  }

  private hold(path: string, isDirectory: boolean, reason: string): void {
    this.heldBack.push({ path: isDirectory ? `${path}/` : path, reason });
  }

  /** Whether a link goes to a directory that it is itself in: following it would never end. */
  private leadsBack(link: string, target: string): boolean {
    const here = realpathSync.native(dirname(link));
    return this.linked.includes(target) || isAtOrInside(here, target);
  }

  private file(path: string, name: string, stats: Stats): void {
    if (!this.isLeftOut(path, name, false)) { this.add(path, stats); }
  }

  private add(path: string, stats: Stats): void {
    this.census.add(path, stats.size);
    // eslint-disable-next-line no-bitwise
    const executable = (stats.mode & 0o100) !== 0;
    this.files.push({ path, size: stats.size, executable });
    this.stamps.push(stats);
  }
}

/** Whether a path is a directory or something in it. */
function isAtOrInside(path: string, directory: string): boolean {
  return path === directory || isInside(path, directory);
}

function excluder(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) { return () => false; }
  const rules = ignore().add([...patterns]);
  return (path) => rules.ignores(path);
}

/** Names only: their kinds come with the sizes, which are asked for anyway. */
function readDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

function statsOf(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw unreadable(path, error as Error);
  }
}

function checkNames(directory: string, names: string[]): void {
  const all = names.join('/');
  if (!all.includes('\uFFFD') && !all.includes('\\')) { return; }
  for (const name of names) {
    if (name.includes('\uFFFD')) {
      throw new BundleError('NAME_NOT_UTF8', `${directory}/${name}: the name is not UTF-8`, 'rename the file, or exclude it');
    }
    if (name.includes('\\')) {
      throw new BundleError('NAME_REFUSED', `${directory}/${name}: a backslash in a name is a path separator elsewhere`, 'rename the file, or exclude it');
    }
  }
}
