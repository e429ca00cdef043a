import { adviceOn } from './advice';
import { Html, html } from './html';
import { rowsChart, workersChart } from './run-charts';
import { RunModel, runModel } from './run-model';
import { STYLE } from './style';
import { attemptsTable, fragmentsTable, retriesTable } from './tables';
import { timeLine, utc } from './time-line';
import { bytes, capital, duration } from '../amounts';
import { fixText, outcomeText } from '../outcome-text';
import { RunHistory } from '../run-history';
import { RunReport } from '../run-report';

/** One self-contained page about a run: no script, no network. */
export function runPage(history: RunHistory): string {
  const model = runModel(history);
  const { report } = model;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.job}: ${report.status}</title>
<style>${new Html(STYLE)}</style>
<h1>${report.job} <span class="status ${report.status}">${report.status}</span></h1>
<p>${summary(model)}</p>
${facts(model)}
${errorSection(report)}
${adviceSection(model)}
<section><h2>Steps</h2>
${timeLine(model)}</section>
${rowsChart(model)}
${workersChart(model)}
${fragmentsTable(model)}
${attemptsTable(model)}
${retriesTable(model)}
</html>
`.text;
}

function summary({ report, from, to, hasEnded, eventCount }: RunModel): Html {
  const took = duration(to - from);
  const unheard = eventCount === 0 ? ' Nothing that the runtime told is left, or it told nothing: there are no steps and no rows to show.' : '';
  if (report.status === 'succeeded') { return html`${capital(outcomeText(report))}. It took ${took}.${unheard}`; }
  return html`${hasEnded ? 'It ended after' : 'This is how it stood after'} ${took}, with ${report.rows.toLocaleString('en')} rows done.${unheard}`;
}

function facts({ record, report, from, bytesWritten }: RunModel): Html {
  const { job, bundle } = record.spec;
  const known: Array<[string, string | undefined]> = [
    ['Run', report.run],
    ['Environment', `${report.environment}, namespace ${record.namespace}`],
    ['Target', report.target === record.address ? report.target : `${report.target}, ${record.address}`],
    ['Started', utc(new Date(from * 1000).toISOString())],
    ['Table', job.kind === 'backfill' ? job.table : job.destination],
    [job.kind === 'backfill' ? 'Column' : 'Source', job.kind === 'backfill' ? (job.columns ?? [job.column]).join(', ') : job.source],
    ['Function', job.kind === 'backfill' ? job.udf : undefined],
    ['Rows to compute', job.where],
    ['Bundle', bundle ? `${bundle.digest.slice(0, 12)} in ${bundle.store}` : 'none: the code is in the image'],
    ['Written', bytesWritten === undefined ? undefined : bytes(bytesWritten)],
  ];
  return html`<dl>${known.flatMap(([name, value]) => (value === undefined ? [] : [html`<div><dt>${name}</dt><dd>${value}</dd></div>`]))}</dl>`;
}

function errorSection(report: RunReport): Html | undefined {
  const { error } = report;
  if (!error) { return undefined; }
  const row = error.row === undefined ? '' : `, row ${error.row}`;
  const where = error.fragment === undefined ? undefined : html`<p>In fragment ${error.fragment}${row}.</p>`;
  return html`<section class="error"><h2>${error.code}</h2><p>${error.message}</p>${where}${
    error.traceback === undefined ? undefined : html`<pre>${error.traceback.trimEnd()}</pre>`}<p><b>Fix:</b> ${fixText(report)}</p></section>`;
}

function adviceSection(model: RunModel): Html | undefined {
  const advice = adviceOn(model);
  if (advice.length === 0) { return undefined; }
  return html`<section><h2>What stands out</h2><ul class="advice">${advice.map(({ about, fix }) => html`<li><b>${capital(about)}.</b> ${capital(fix)}.</li>`)}</ul></section>`;
}
