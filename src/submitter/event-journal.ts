import { closeSync, openSync, renameSync, writeSync } from 'fs';
import { RuntimeEvent } from './runtime-event';

/**
 * What one attempt told, written down as it is heard, so that it outlives the cluster.
 *
 * A log is always read from its start. So each reader writes a file of its own and puts it in place when it stops: a file
 * that is there is never half of one. A disk that is full costs the history, not the run.
 */
export class EventJournal {
  private readonly temporary: string;
  private file: number | undefined;

  constructor(private readonly path: string) {
    this.temporary = `${path}.${process.pid}.tmp`;
  }

  public add(event: RuntimeEvent): void {
    this.try(() => {
      this.file ??= openSync(this.temporary, 'w', 0o600);
      writeSync(this.file, `${JSON.stringify(event)}\n`);
    });
  }

  /** Puts in place what was heard. */
  public close(): void {
    const { file } = this;
    if (file === undefined) { return; }
    this.file = undefined;
    this.try(() => {
      closeSync(file);
      renameSync(this.temporary, this.path);
    });
  }

  private try(work: () => void): void {
    try {
      work();
    } catch {
      // the disk is full or gone: who follows the run sees it all the same
    }
  }
}
