import { BundleError } from './bundle-error';
import { RootKind } from './root-source';

/** The most that a root may hold before somebody has to say that it is meant. */
export interface RootLimits {
  readonly files: number;
  readonly bytes: number;
}

/** A workspace above it holds data or somebody's home, not code. An installed environment may be large. */
const DEFAULT_LIMITS: Record<RootKind, RootLimits> = {
  'workspace': { files: 50_000, bytes: 2e9 },
  'other': { files: 50_000, bytes: 2e9 },
  'site-packages': { files: 500_000, bytes: 20e9 },
};

const SHOWN_SUBTREES = 5;

interface Subtree {
  /** Ends in a slash, unless it is a file. */
  readonly path: string;
  files: number;
  bytes: number;
}

/** Counts what a walk finds, and stops it before anything is hashed when that is too much. */
export class RootCensus {
  private files = 0;
  private bytes = 0;
  private readonly subtrees = new Map<string, Subtree>();
  private current?: Subtree;
  private readonly limits: RootLimits;

  constructor(private readonly root: string, kind: RootKind, limits?: RootLimits) {
    this.limits = limits ?? DEFAULT_LIMITS[kind];
  }

  /** Counts a file. @throws BundleError ROOT_TOO_LARGE */
  public add(path: string, size: number): void {
    const subtree = this.subtree(path);
    subtree.files += 1;
    subtree.bytes += size;
    this.files += 1;
    this.bytes += size;
    if (this.files > this.limits.files || this.bytes > this.limits.bytes) { throw this.tooLarge(); }
  }

  /** A walk stays in a subtree for long: it is seldom looked up. */
  private subtree(path: string): Subtree {
    if (this.current && path.startsWith(this.current.path)) { return this.current; }
    const top = path.slice(0, path.indexOf('/') + 1) || path;
    this.current = this.subtrees.get(top) ?? { path: top, files: 0, bytes: 0 };
    this.subtrees.set(top, this.current);
    return this.current;
  }

  private tooLarge(): BundleError {
    const heaviest = [...this.subtrees.values()].sort((a, b) => b.bytes - a.bytes || b.files - a.files).slice(0, SHOWN_SUBTREES);
    const shown = heaviest.map(({ path, files, bytes }) => `  ${path}  ${megabytes(bytes)} MB in ${files} file${files === 1 ? '' : 's'}`).join('\n');
    return new BundleError('ROOT_TOO_LARGE',
      `${this.root} holds more than ${this.limits.files} files or ${megabytes(this.limits.bytes)} MB; the heaviest so far:\n${shown}`,
      `exclude what is no code, such as exclude: ['/${heaviest[0].path}'], or raise the root's limits`);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
