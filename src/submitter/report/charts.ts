import { Html, html } from './html';
import { Point, thinned } from './over-time';
import { duration } from '../amounts';

/** What a chart shows. Times in Unix seconds. */
export interface Chart {
  /** Read out in place of the picture. */
  readonly summary: string;
  readonly points: readonly Point[];
  /** A level to reach: all rows, all workers. */
  readonly goal: number;
  readonly from: number;
  readonly to: number;
  /** `steps`: a number stays as it is until the next one. */
  readonly shape: 'line' | 'steps';
  /** Instants to mark, such as the start of another attempt. */
  readonly marks: readonly number[];
}

/** More than a screen is wide shows nothing more. */
const MOST_POINTS = 400;

/** The unit of the drawing. It is stretched to its place, so its text stands around it, in HTML. */
const [WIDTH, HEIGHT, ABOVE] = [1000, 100, 4];

/** A number over time. */
export function chart(shown: Chart): Html {
  const { from, to, goal, points, summary, marks } = shown;
  const top = Math.max(1, goal, points.reduce((largest, { value }) => Math.max(largest, value), 0));
  const x = (at: number) => rounded(place(at, from, to) * WIDTH);
  const y = (value: number) => rounded(HEIGHT - (value / top) * HEIGHT);
  const line = path(thinned(points, from, to, MOST_POINTS), shown, x, y);
  return html`<figure><div class="plot"><span class="top">${top.toLocaleString('en')}</span><span class="bottom">0</span>
<svg viewBox="0 ${-ABOVE} ${WIDTH} ${HEIGHT + ABOVE}" preserveAspectRatio="none" role="img" aria-label="${summary}">
${[0.25, 0.5, 0.75].map((share) => html`<path class="grid" d="M0 ${y(top * share)}H${WIDTH}"/>`)}
<path class="goal" d="M0 ${y(goal)}H${WIDTH}"/>${marks.map((at) => html`<path class="mark" d="M${x(at)} 0V${HEIGHT}"/>`)}
${line === '' ? '' : html`<path class="area" d="${line}V${HEIGHT}H${x(points[0].at)}Z"/><path class="line" d="${line}"/>`}
</svg></div>${timeAxis(to - from)}</figure>`;
}

/** Times below a drawing, from 0 to so many seconds. */
export function timeAxis(seconds: number): Html {
  return html`<div class="axis">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<span>${duration(seconds * share)}</span>`)}</div>`;
}

/** Where an instant is between two others, from 0 to 1. */
export function place(at: number, from: number, to: number): number {
  return to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0;
}

function path(points: readonly Point[], { shape, to }: Chart, x: (at: number) => number, y: (value: number) => number): string {
  if (points.length === 0) { return ''; }
  const [first, ...others] = points;
  const drawn = others.map(({ at, value }) => (shape === 'steps' ? `H${x(at)}V${y(value)}` : `L${x(at)} ${y(value)}`));
  return `M${x(first.at)} ${y(first.value)}${drawn.join('')}H${x(to)}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
