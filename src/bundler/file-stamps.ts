import { Stats } from 'fs';

/**
 * What tells that a file has not changed since it was read: times in milliseconds and the inode.
 *
 * In columns, not in objects: measured a tenth of a walk, for the garbage collector has nothing to move.
 */
export class FileStamps {
  public readonly mtimesMs: number[] = [];
  public readonly ctimesMs: number[] = [];
  public readonly inos: number[] = [];

  /** Appends those of the next file. */
  public push({ mtimeMs, ctimeMs, ino }: Pick<Stats, 'mtimeMs' | 'ctimeMs' | 'ino'>): void {
    this.mtimesMs.push(mtimeMs);
    this.ctimesMs.push(ctimeMs);
    this.inos.push(ino);
  }
}
