import { Html, html } from './html';
import { Retry, RunModel } from './run-model';
import { SavedFragment } from './saved-fragments';
import { bytes, duration } from '../amounts';

const MOST_ROWS = 25;

/** What was saved last, and what had to be begun again. */
export function fragmentsTable({ fragments, from }: RunModel): Html | undefined {
  if (fragments.length === 0) { return undefined; }
  const after = (at: number) => duration(at - from);
  const row = ({ fragment, rows, bytes: size, checkpoints, firstAt, lastAt, retries }: SavedFragment) => html`<tr><td>${fragment}<td>${after(lastAt)}<td>${
    after(firstAt)}<td>${rows.toLocaleString('en')}<td>${bytes(size)}<td>${checkpoints}<td>${retries === 0 ? '' : retries}`;
  return html`<section><h2>Slowest fragments</h2>
<p>Those that were saved last. The run tells when values were saved, not when a worker began with them; where many were saved within a second, one line may stand for several fragments.</p>
<div class="wide"><table><thead><tr><th>Fragment<th>Last after<th>First after<th>Rows<th>Size<th>Saves<th>Begun again</thead><tbody>${
  fragments.slice(0, MOST_ROWS).map(row)}${more(fragments.length, 7)}</tbody></table></div></section>`;
}

/** Each submission to Ray, and how it ended. */
export function attemptsTable({ report, record }: RunModel): Html {
  const rows = report.attempts.map(({ submissionId, status, reason }, index) => html`<tr><td>${submissionId}<td>${status}<td>${
    record.attempts[index].submittedAt?.slice(11, 19)}<td>${reason}`);
  return html`<section><h2>Attempts</h2><div class="wide"><table class="text"><thead><tr><th>Submission<th>Status<th>Submitted (UTC)<th>Reason</thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Tasks that were begun again, and why. */
export function retriesTable({ retries, from }: RunModel): Html | undefined {
  if (retries.length === 0) { return undefined; }
  const row = ({ at, attempt, fragment, reason }: Retry) => html`<tr><td>${fragment}<td>${duration(at - from)}<td>${attempt}<td>${reason}`;
  return html`<section><h2>Begun again</h2><div class="wide"><table class="text"><thead><tr><th>Fragment<th>After<th>Attempt<th>Reason</thead><tbody>${
    retries.slice(0, MOST_ROWS).map(row)}${more(retries.length, 4)}</tbody></table></div></section>`;
}

function more(count: number, columns: number): Html | undefined {
  return count > MOST_ROWS ? html`<tr><td colspan="${columns}">… ${count - MOST_ROWS} more` : undefined;
}
