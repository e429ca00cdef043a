import { chart } from './charts';
import { Html, html } from './html';
import { RunModel, secondsIn } from './run-model';
import { capital, counted } from '../amounts';

/** Rows done over time, against all that there were to do. */
export function rowsChart(model: RunModel): Html {
  const { rows, rowsTotal: goal, from, to } = model;
  if (rows.length === 0 || goal === 0) { return absent('Rows over time', 'No rows were computed, as far as the run told.'); }
  const done = rows[rows.length - 1].value;
  const seconds = secondsIn(model, 'execute UDF');
  const rate = seconds > 0 ? `, ${Math.round((done - rows[0].value) / seconds).toLocaleString('en')} a second while they were computed` : '';
  const summary = `${done.toLocaleString('en')} of ${counted(goal, 'row')} done${rate}`;
  return section('Rows over time', summary, chart({ summary, points: rows, goal, from, to, shape: 'line', marks: marks(model) }));
}

/** Actors that were up over time, against those that were asked for. */
export function workersChart(model: RunModel): Html {
  const { workers, workersMost: most, workersWanted: goal, from, to } = model;
  if (goal === 0) { return absent('Workers over time', 'No worker was started, as far as the run told.'); }
  const summary = `at most ${most} of ${counted(goal, 'worker')} up; the dashed line is what was asked for`;
  return section('Workers over time', summary, chart({ summary, points: workers, goal, from, to, shape: 'steps', marks: marks(model) }));
}

/** When attempts after the first were begun. */
function marks({ record }: RunModel): number[] {
  return record.attempts.slice(1).map(({ submittedAt, preparedAt }) => Date.parse(submittedAt ?? preparedAt) / 1000);
}

function section(title: string, summary: string, drawn: Html): Html {
  return html`<section><h2>${title}</h2><p>${capital(summary)}.</p>${drawn}</section>`;
}

function absent(title: string, why: string): Html {
  return html`<section><h2>${title}</h2><p>${why}</p></section>`;
}
