import { Phase } from '../submitter/phases';
import { RunReport } from '../submitter/run-report';

/** Bytes for people: `1.2 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = count < 1 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), units.length - 1);
  return `${power === 0 ? count : (count / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** Seconds for people: `0.4 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) { return `${seconds.toFixed(1)} s`; }
  const whole = Math.round(seconds);
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Rows and columns, aligned. */
export function table(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

/** How a run ended, for people who watched it. */
export function describeEnd(report: RunReport): string {
  return report.error ? `${headline(report)}\n${describeError(report)}` : headline(report);
}

/** A run for people who did not: with its steps. */
export function describeRun(report: RunReport): string {
  const lines = [headline(report)];
  if (report.status !== 'prepared') { lines.push(table(report.phases.map(phaseRow))); }
  if (report.attempts.length > 1) {
    lines.push(...report.attempts.map(({ submissionId, status, reason }) => `  ${submissionId}: ${status}${reason ? ` (${reason})` : ''}`));
  }
  if (report.error) { lines.push(describeError(report)); }
  return lines.join('\n');
}

function phaseRow({ name, state, startedAt, seconds, note }: Phase): string[] {
  return [`  ${name}`, state === 'unseen' ? 'not seen here' : state, startedAt ? clock(startedAt) : '', seconds === null ? '' : duration(seconds), note ?? ''];
}

/** Time of day where the reader is. */
function clock(instant: string): string {
  return new Date(instant).toTimeString().slice(0, 8);
}

function headline(report: RunReport): string {
  const { run, status } = report;
  return status === 'succeeded' ? `${run}: succeeded, ${outcome(report)}` : `${run}: ${status}`;
}

/** What a run that succeeded did. */
export function outcome({ rows, fragments, tableVersion, refresh, rowsSkipped }: RunReport): string {
  const version = `table version ${tableVersion}`;
  if (refresh?.kind === 'fresh') { return `the view is fresh: nothing to do, ${version}`; }
  const done = `${rows} rows in ${fragments} fragment${fragments === 1 ? '' : 's'}, ${version}`;
  const skipped = rowsSkipped > 0 ? `; ${rowsSkipped} rows skipped` : '';
  if (refresh?.kind === 'changes') { return `only what changed was computed: ${done}; ${refresh.rowsRemoved} rows removed or replaced${skipped}`; }
  return `${done}${skipped}${refresh?.reason ? `; the whole view was computed: ${refresh.reason}` : ''}`;
}

/** The cause of a failed run, the user's frames and what to do. */
export function describeError({ error, run }: RunReport): string {
  if (!error) { return ''; }
  const traceback = error.traceback ? `\n${error.traceback.trimEnd().split('\n').map((line) => `    ${line}`).join('\n')}` : '';
  return `error: ${error.message}${traceback}\n  Fix: ${error.fix.replace(/\bRUN\b/, run)}   [${error.code}]`;
}
