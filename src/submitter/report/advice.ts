import { RunModel, secondsIn } from './run-model';
import { RAY_STARTS, Span } from './spans';
import { counted, duration } from '../amounts';
import { Attempt, AttemptState, RunRecord } from '../run-record';

/** Something about a run that a person would want to know, and what to do about it. */
export interface Advice {
  readonly about: string;
  readonly fix: string;
}

/** A share of the time from which on a step is worth a word, unless it is so short that nobody waits for it. */
const LARGE_SHARE = 0.25;
const SHORT_SECONDS = 2;

/** The last rows of a run, of which many actors have none. */
const TAIL_ROWS = 0.95;

/** Steps other than the work itself: what they are called in a sentence, and what makes them shorter. */
const OVERHEAD: ReadonlyArray<readonly [Span['name'], string, string]> = [
  ['publish', 'into the upload of the bundle', 'geneva-stack bundle --report FILE.html shows what is large in it; leave out what the job does not need'],
  [RAY_STARTS, 'into the start of the job by Ray', 'this is about the same for every job: fewer and larger jobs pay it less often'],
  ['download zips', 'into downloads of the bundle', 'leave out what the job does not need, or put the packages into the image: geneva-stack image-recipe'],
  ['plan scans', 'into planning', 'tables of fewer and larger fragments are planned faster'],
  ['provision workers', 'into waiting for nodes', 'keep workers warm between jobs (minReplicas, a longer idleTimeout), or nodes (a pool that is slower to give them back)'],
  ['download images', 'into pulling images', 'pull them ahead (addImagePrePull), or make the image smaller: code travels in the bundle'],
  ['schedule actors', 'into starting workers', 'keep workers warm between jobs (minReplicas, a longer idleTimeout), pull images ahead, or ask for fewer'],
  ['commit', 'into the commit', 'fewer and larger fragments are committed faster'],
];

/** What is remarkable about a run, the worst first. */
export function adviceOn(model: RunModel): Advice[] {
  return [overhead, missingWorkers, tail, retried, lostHeads, failures, skippedRows, wholeView].flatMap((look) => look(model));
}

function overhead(model: RunModel): Advice[] {
  const all = model.to - model.from;
  return OVERHEAD
    .map(([name, what, fix]) => ({ seconds: secondsIn(model, name), what, fix }))
    .filter(({ seconds }) => seconds >= SHORT_SECONDS && seconds >= LARGE_SHARE * all)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ seconds, what, fix }) => ({ about: `${Math.round((seconds / all) * 100)} % of the time went ${what}: ${duration(seconds)} of ${duration(all)}`, fix }));
}

function missingWorkers({ workers, workersMost: most, workersWanted, hasEnded }: RunModel): Advice[] {
  if (!hasEnded || workers.length === 0 || most >= workersWanted) { return []; }
  return [{
    about: `at most ${most} of the ${counted(workersWanted, 'worker')} that were asked for came up`,
    fix: 'if the job was done before the others came, ask for fewer; else the cluster has no room for them: geneva-stack doctor looks at it',
  }];
}

function tail({ rows, rowsTotal, workersWanted, report }: RunModel): Advice[] {
  if (report.status !== 'succeeded' || workersWanted < 2) { return []; }
  const [first, last] = [rows.find(({ value }) => value > 0), rows.find(({ value }) => value >= rowsTotal)];
  const late = rows.find(({ value }) => value >= TAIL_ROWS * rowsTotal);
  if (!first || !last || !late) { return []; }
  const [seconds, all] = [last.at - late.at, last.at - first.at];
  if (seconds < SHORT_SECONDS || seconds < LARGE_SHARE * all) { return []; }
  return [{
    about: `the last ${Math.round((1 - TAIL_ROWS) * 100)} % of the rows took ${duration(seconds)} of ${duration(all)}: most workers had nothing left to do`,
    fix: 'some rows take much longer than others: smaller fragments, or a smaller checkpointRows, divide them better',
  }];
}

function retried({ retries }: RunModel): Advice[] {
  if (retries.length === 0) { return []; }
  return [{ about: `${counted(retries.length, 'task')} had to be begun again, the last one because: ${retries[retries.length - 1].reason}`, fix: 'below is which ones; a worker that runs out of memory needs workers.memoryBytes' }];
}

function lostHeads({ record }: RunModel): Advice[] {
  if (begunAgain(record, 'lost').length === 0) { return []; }
  return [{ about: `the run took ${record.attempts.length} attempts: the Ray head was lost in between`, fix: 'keep the head on a node that is not taken away: on demand, not spot' }];
}

function failures({ record }: RunModel): Advice[] {
  const failed = begunAgain(record, 'failed');
  if (failed.length === 0) { return []; }
  const { reason = 'see its log' } = failed[failed.length - 1];
  return [{
    about: `the run took ${record.attempts.length} attempts: the job failed in between, the last time because: ${reason}`,
    fix: 'where single rows fail for a while, onError: ErrorPolicy.RETRY of the job tries those again, without another attempt',
  }];
}

/** The attempts that ended so and that another one followed. */
function begunAgain({ attempts }: RunRecord, state: AttemptState): Attempt[] {
  return attempts.slice(0, -1).filter((attempt) => attempt.state === state);
}

function skippedRows({ report }: RunModel): Advice[] {
  if (report.rowsSkipped === 0) { return []; }
  return [{ about: `${counted(report.rowsSkipped, 'row')} became null because their values could not be computed`, fix: 'which ones, and why, is in the run\'s folder beside the table, in skipped.ndjson' }];
}

function wholeView({ report }: RunModel): Advice[] {
  const reason = report.refresh?.kind === 'whole' ? report.refresh.reason : undefined;
  return reason === undefined ? [] : [{ about: `the whole view was computed, not only what changed: ${reason}`, fix: 'nothing, if it is new or its definition changed; the next refresh computes only what changes' }];
}
