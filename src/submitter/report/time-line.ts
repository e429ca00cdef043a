import { place, timeAxis } from './charts';
import { Html, html } from './html';
import { RunModel } from './run-model';
import { RAY_STARTS, Span } from './spans';
import { duration } from '../amounts';
import { Phase } from '../phases';

/** Every step as a row: when it went on, how long, or why it is not there. */
export function timeLine(model: RunModel): Html {
  const rows = model.report.phases.flatMap((phase) => {
    const drawn = phaseRow(phase, model);
    const isBefore = phase.name === 'initialize head'; // then the job is handed to Ray
    return isBefore ? [drawn, rayRow(model)] : [drawn];
  });
  return html`<ol class="steps">${rows}</ol>${timeAxis(model.to - model.from)}`;
}

function phaseRow({ name, state, seconds, startedAt, note }: Phase, model: RunModel): Html {
  const spans = model.spans.filter((span) => span.name === name);
  const before = state === 'done' && spans.length === 0 && startedAt !== null ? `before this run, at ${utc(startedAt)}` : undefined;
  const told = state === 'unseen' ? `not seen here: ${note}` : before ?? (state === 'waiting' ? 'not yet' : note);
  return row(name, state, seconds === null ? '' : duration(seconds), bars(spans, state, model), told);
}

function rayRow(model: RunModel): Html {
  const spans = model.spans.filter(({ name }) => name === RAY_STARTS);
  const seconds = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  return row(RAY_STARTS, 'ray', spans.length > 0 ? duration(seconds) : '', bars(spans, 'ray', model), spans.length > 0 ? undefined : 'not seen here');
}

function row(name: string, state: string, took: string, drawn: readonly Html[], told: string | undefined): Html {
  return html`<li class="${state}"><b>${name}</b><span class="took">${took}</span>${
    drawn.length > 0 ? html`<div class="track">${drawn}</div>` : html`<div class="note">${told}</div>`}</li>`;
}

function bars(spans: readonly Span[], state: string, { from, to }: RunModel): Html[] {
  const end = Math.max(...spans.map((span) => span.to));
  return spans.map((span) => {
    const [left, right] = [place(span.from, from, to), place(span.to, from, to)];
    const look = span.isOpen && span.to === end && state !== 'done' ? state : 'done';
    const about = `attempt ${span.attempt}: ${duration(span.from - from)} to ${duration(span.to - from)}`;
    return html`<i class="bar ${state === 'ray' ? 'ray' : look}" style="left:min(${percent(left)},100% - 3px);width:${percent(right - left)}" title="${about}"></i>`;
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** An instant, the same whoever reads it where. */
export function utc(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}
