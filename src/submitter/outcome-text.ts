import { counted } from './amounts';
import { RunReport } from './run-report';

/** What a run that succeeded did, in a few words. */
export function outcomeText({ rows, fragments, tableVersion, refresh, reason, rowsSkipped }: RunReport): string {
  if (reason) { return `nothing to compute: ${reason}`; }
  const version = `table version ${tableVersion}`;
  if (refresh?.kind === 'fresh') { return `the view is fresh: nothing to do, ${version}`; }
  const done = `${counted(rows, 'row')} in ${counted(fragments ?? 0, 'fragment')}, ${version}`;
  const skipped = rowsSkipped > 0 ? `; ${counted(rowsSkipped, 'row')} skipped` : '';
  if (refresh?.kind === 'changes') { return `only what changed was computed: ${done}; ${counted(refresh.rowsRemoved, 'row')} removed or replaced${skipped}`; }
  return `${done}${skipped}${refresh?.reason ? `; the whole view was computed: ${refresh.reason}` : ''}`;
}

/** What to do about a failed run, with its own name where a command wants one. */
export function fixText({ run, error }: RunReport): string {
  return error ? error.fix.replace(/\bRUN\b/, run) : '';
}
