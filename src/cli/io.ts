import { drained } from './drained';
import { ExitCode } from '../submitter/exit-code';
import { asFailure } from '../submitter/failure';

/** How results are printed. */
export type OutputMode = 'text' | 'json' | 'ndjson';

/** Where a command prints: results on stdout, progress and prose on stderr. */
export class Io {
  constructor(public readonly mode: OutputMode, public readonly verbose: boolean) {}

  /** Whether a person watches a terminal that can redraw a line. */
  public get isLive(): boolean {
    return process.stderr.isTTY === true && !process.env.CI && !process.env.NO_COLOR && this.mode === 'text';
  }

  /** Prints a result: as JSON, or as the text that `text` makes of it. */
  public result(value: unknown, text: () => string): void {
    process.stdout.write(this.mode === 'text' ? `${text()}\n` : `${JSON.stringify(value, null, this.mode === 'json' ? 2 : undefined)}\n`);
  }

  /** Prints a list of results: one JSON line each with `ndjson`. */
  public results(values: readonly unknown[], text: () => string): void {
    if (this.mode === 'ndjson') { values.forEach((value) => this.event(value)); } else { this.result(values, text); }
  }

  /** What to wait for before more is printed: whoever reads it is behind. Absent: nothing. */
  public drained(): Promise<void> | undefined {
    return drained([process.stdout, process.stderr]);
  }

  /** Prints one item of a stream of results. */
  public event(value: unknown): void {
    if (this.mode === 'ndjson') { process.stdout.write(`${JSON.stringify(value)}\n`); }
  }

  /** Tells a person something. */
  public say(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Tells why a command can't go on. */
  public fail(error: unknown): ExitCode {
    const { code, message, fix, exitCode } = asFailure(error);
    if (this.mode !== 'text') { this.result({ error: { code, message, fix }, exitCode }, () => ''); }
    this.say(`error: ${message}\n  Fix: ${fix}   [${code}]`);
    if (this.verbose && error instanceof Error) { this.say(error.stack ?? ''); }
    return exitCode;
  }
}
