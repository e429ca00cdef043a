import { JobDescriptor } from '../descriptor/stack-descriptor';
import { duration } from '../submitter/amounts';
import { fixText, outcomeText } from '../submitter/outcome-text';
import { Phase } from '../submitter/phases';
import { RunError } from '../submitter/run-progress';
import { RunReport } from '../submitter/run-report';


/** Rows and columns, aligned. */
export function table(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

/** How a run ended, for people who watched it. */
export function describeEnd(report: RunReport): string {
  return report.error ? `${headline(report)}\n${describeError(report)}` : headline(report);
}

/** What a stop came to. */
export function describeStop({ run, job, status }: RunReport, kind: JobDescriptor['kind']): string {
  if (status !== 'stopped') { return `${run} had ended already: ${status}`; }
  const left = kind === 'backfill' ? 'what it saved is kept, and gone on with by' : 'the view is not left half done; to refresh it:';
  return `${run} stopped; ${left} geneva-stack submit ${job}`;
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
  return status === 'succeeded' ? `${run}: succeeded, ${outcomeText(report)}` : `${run}: ${status}`;
}

/** The cause of a failed run, the user's frames and what to do. */
export function describeError(report: RunReport): string {
  return report.error ? describeFailure(report.error, fixText(report)) : '';
}

/** A cause as the runtime tells it. A row is counted from 0, as the table lies on disk: what was deleted counts too. */
export function describeFailure(error: RunError, fix: string): string {
  const row = error.row === undefined ? '' : `row ${error.row} of `;
  const place = error.fragment === undefined ? '' : `\n  At: ${row}fragment ${error.fragment}`;
  const traceback = error.traceback ? `\n${error.traceback.trimEnd().split('\n').map((line) => `    ${line}`).join('\n')}` : '';
  return `error: ${error.message}${place}${traceback}\n  Fix: ${fix}   [${error.code}]`;
}
