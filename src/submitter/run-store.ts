import { mkdirSync, readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { writeDurably } from './durable-file';
import { ExitCode } from './exit-code';
import { withLock } from './file-lock';
import { oldestFirst, RUN_RECORD_SCHEMA, RunRecord } from './run-record';
import { SubmitterError } from './submitter-error';
import { formatValidator } from '../descriptor/format';

const EXTENSION = '.json';

/** The run records of this user on this machine: one file a run. */
export class RunStore {
  private readonly directory: string;

  constructor(stateDirectory: string) {
    this.directory = join(stateDirectory, 'runs');
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  /** Writes a record and waits until it is on disk. */
  public save(record: RunRecord): RunRecord {
    writeDurably(this.path(record.run), `${JSON.stringify(record, null, 2)}\n`);
    return record;
  }

  /** @throws SubmitterError RECORD_DAMAGED */
  public find(run: string): RunRecord | undefined {
    let text: string;
    try {
      text = readFileSync(this.path(run), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') { return undefined; }
      throw error;
    }
    return parse(text, this.path(run));
  }

  /** Names of all runs, without a look into their records. */
  public names(): string[] {
    return readdirSync(this.directory).filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
  }

  /** All records, oldest first. */
  public all(): RunRecord[] {
    const paths = this.names().map((name) => join(this.directory, `${name}${EXTENSION}`));
    const records = paths.map((path) => parse(readFileSync(path, 'utf8'), path));
    return records.sort(oldestFirst);
  }

  /** Keeps other submitters on this machine from choosing or starting a run of the same job meanwhile. */
  public async exclusively<T>(environment: string, job: string, work: () => Promise<T>): Promise<T> {
    return withLock(join(this.directory, `${environment}.${job}.lock`), work);
  }

  /** Where the events of an attempt are kept that this machine heard. */
  public journalPath(run: string, attempt: number): string {
    return `${this.path(run).slice(0, -EXTENSION.length)}.${attempt}.events.ndjson`;
  }

  private path(run: string): string {
    if (!/^[A-Za-z0-9_.-]+$/.test(run)) {
      throw new SubmitterError('RUN_UNKNOWN', ExitCode.USAGE, `${JSON.stringify(run)} is not a run id`, 'geneva-stack list shows the runs');
    }
    return join(this.directory, `${run}${EXTENSION}`);
  }
}

function parse(text: string, path: string): RunRecord {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(path, (error as Error).message);
  }
  const validate = formatValidator('run-record');
  if (!validate(data)) {
    const first = validate.errors?.[0];
    throw damaged(path, `${first?.instancePath} ${first?.message}, expected ${RUN_RECORD_SCHEMA}`);
  }
  return data as RunRecord;
}

function damaged(path: string, why: string): SubmitterError {
  return new SubmitterError('RECORD_DAMAGED', ExitCode.USAGE, `run record ${path}: ${why}`,
    `mv ${path} ${path}.damaged; if the run goes on: geneva-stack attach ${basename(path, EXTENSION)}`);
}
