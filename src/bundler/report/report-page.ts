import { BundleReport, ReportRoot } from './bundle-report';
import { escape } from './escape';
import { heaviest, SizeNode } from './size-tree';
import { Rectangle, squarify } from './treemap';
import { SizedFile } from '../shards';

/** Children that are drawn of one directory; the others are drawn as one. */
const MOST_CHILDREN = 40;
const MOST_ROWS = 25;

/** An environment that links to an installer's cache has tens of thousands. */
const MOST_LINKS = 200;

/** Directories are opened while they take this part of the map, so that names have room. */
const OPEN_SHARE = 0.012;
const LABEL_SHARE = 0.004;
const DEEPEST = 4;

/** The map is 16 wide and 9 high; places in it are percentages, so it scales with the window. */
const MAP: Rectangle = { x: 0, y: 0, width: 16, height: 9 };

/** One self-contained page about a bundle: no script, no network. */
export function reportPage(report: BundleReport): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bundle ${report.digest.slice(0, 12)}</title>
<style>${STYLE}</style>
<h1>Bundle <code title="${report.digest}">${report.digest.slice(0, 12)}</code></h1>
<p class="sum">${summary(report)}</p>
${report.roots.map(rootSection).join('\n')}
${heldBackSection(report)}
${outwardLinksSection(report)}
</html>
`;
}

function summary({ roots, store }: BundleReport): string {
  const [all, missing] = [sum(roots, ({ tree }) => tree.bytes), sum(roots, ({ missingBytes }) => missingBytes)];
  const parts = `${count(sum(roots, ({ tree }) => tree.files), 'file')}, ${size(all)} in ${count(sum(roots, ({ shards }) => shards), 'shard')}.`;
  if (store === undefined) { return `${parts} No store was given: all of it would ship.`; }
  const missingShards = sum(roots, (root) => root.missingShards);
  return `${parts} ${missingShards === 0
    ? `${escape(store)} has all of them.`
    : `${escape(store)} lacks ${count(missingShards, 'shard')}: <b>${size(missing)}</b> to compress and upload, ${percent(missing, all)} of the bundle.`}`;
}

function rootSection(root: ReportRoot): string {
  return `<section>
<h2>${escape(root.kind)}</h2>
<p>${count(root.tree.files, 'file')}, ${size(root.tree.bytes)}. ${root.changed
  ? `${count(root.changed.length, 'file')} of ${size(root.tree.changedBytes)} changed since the last publish from this machine.`
  : 'Nothing was published from this machine before: everything counts as new.'}</p>
<div class="frame"><div class="map">${cells(root.tree, MAP, 0, root.tree.bytes)}</div></div>
<p class="legend"><i class="same"></i> as published <i class="part"></i> changed in part <i class="new"></i> new or changed</p>
${table(root)}
${changedTable(root.changed ?? [])}
</section>`;
}

function cells(parent: SizeNode, area: Rectangle, depth: number, total: number): string {
  const children = heaviest(parent, MOST_CHILDREN).filter(({ bytes }) => bytes > 0);
  const places = squarify(children.map(({ bytes }) => bytes), area);
  return children.map((child, index) => cell(child, places[index], depth, total)).join('');
}

function cell(child: SizeNode, place: Rectangle, depth: number, total: number): string {
  const share = child.bytes / total;
  const isOpen = child.children.size > 0 && share > OPEN_SHARE && depth < DEEPEST;
  const percentage = (part: number, whole: number) => `${((part / whole) * 100).toFixed(3)}%`;
  const style = `left:${percentage(place.x, MAP.width)};top:${percentage(place.y, MAP.height)};`
    + `width:${percentage(place.width, MAP.width)};height:${percentage(place.height, MAP.height)}`;
  const about = `${child.name}: ${size(child.bytes)} in ${count(child.files, 'file')}${child.changedBytes > 0 ? `, ${size(child.changedBytes)} new or changed` : ''}`;
  const label = share > LABEL_SHARE ? `<span>${escape(child.name)}</span>` : '';
  const box = `<div class="${isOpen ? 'open ' : ''}${freshness(child)}" style="${style}" title="${escape(about)}">${label}</div>`;
  return isOpen ? box + cells(child, inset(place), depth + 1, total) : box;
}

/** Room for the name of a directory above its children, and a rim around them. */
function inset({ x, y, width, height }: Rectangle): Rectangle {
  const [rim, top] = [Math.min(0.05, width / 20), Math.min(0.32, height / 4)];
  return { x: x + rim, y: y + top, width: Math.max(0, width - 2 * rim), height: Math.max(0, height - top - rim) };
}

function freshness({ bytes, changedBytes }: SizeNode): string {
  if (changedBytes === 0) { return 'same'; }
  return changedBytes === bytes ? 'new' : 'part';
}

function table(root: ReportRoot): string {
  const rows = heaviest(root.tree, MOST_ROWS).map((child) => `<tr><td>${escape(child.name)}<td>${size(child.bytes)}<td>${percent(child.bytes, root.tree.bytes)}<td>${child.files}<td>${
    child.changedBytes > 0 ? size(child.changedBytes) : ''}`);
  return `<table><thead><tr><th>Heaviest<th>Size<th>Share<th>Files<th>New or changed</thead><tbody>${rows.join('')}</tbody></table>`;
}

function changedTable(changed: readonly SizedFile[]): string {
  if (changed.length === 0) { return ''; }
  const rows = changed.slice(0, MOST_ROWS).map(({ path, size: bytes }) => `<tr><td>${escape(path)}<td>${size(bytes)}`);
  const rest = changed.length > MOST_ROWS ? `<tr><td>… ${changed.length - MOST_ROWS} more<td>` : '';
  return `<table><thead><tr><th>New or changed<th>Size</thead><tbody>${rows.join('')}${rest}</tbody></table>`;
}

function heldBackSection({ heldBack }: BundleReport): string {
  if (heldBack.length === 0) { return '<section><h2>Held back</h2><p>Nothing.</p></section>'; }
  const rows = heldBack.map(({ path, reason }) => `<tr><td>${escape(path)}<td>${escape(reason)}`);
  return `<section><h2>Held back</h2><table class="held"><thead><tr><th>File<th>Why</thead><tbody>${rows.join('')}</tbody></table></section>`;
}

function outwardLinksSection({ outwardLinks }: BundleReport): string {
  if (outwardLinks.length === 0) { return ''; }
  const rows = outwardLinks.slice(0, MOST_LINKS).map(({ path, target }) => `<tr><td>${escape(path)}<td>${escape(target)}`);
  const rest = outwardLinks.length > MOST_LINKS ? `<tr><td>… ${outwardLinks.length - MOST_LINKS} more<td>` : '';
  return '<section><h2>Links out of a root</h2><p>What they lead to ships in their place.</p>'
    + `<table class="held"><thead><tr><th>Link<th>Leads to</thead><tbody>${rows.join('')}${rest}</tbody></table></section>`;
}

function sum(roots: readonly ReportRoot[], of: (root: ReportRoot) => number): number {
  return roots.reduce((total, root) => total + of(root), 0);
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

function percent(part: number, all: number): string {
  return all === 0 ? '0 %' : `${((part / all) * 100).toFixed(part / all < 0.1 ? 1 : 0)} %`;
}

const STYLE = `
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:72rem;padding:0 1rem;color:#1c2530;background:#fff}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .2rem}p{margin:.3rem 0 .7rem}
.frame{overflow-x:auto}.map{position:relative;min-width:44rem;aspect-ratio:16/9;overflow:hidden;border:1px solid #5b6b7c}
.map div{position:absolute;box-sizing:border-box;overflow:hidden;border:1px solid #fff;font-size:11px;line-height:1.2}
.map span{display:block;padding:1px 3px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.same{background:#d3dde7}.part{background:#f6dfae}.new{background:#f3b084}
.map .open{border-color:#5b6b7c}.map .open.same{background:#e9eff4}.map .open.part{background:#fbf1da}.map .open.new{background:#fadcc8}
.map .open span{font-weight:600}
.legend i{display:inline-block;width:.9em;height:.9em;margin:0 .25em 0 1em;vertical-align:-.1em;border:1px solid #5b6b7c}
.legend i:first-child{margin-left:0}
table{border-collapse:collapse;width:100%;margin-bottom:1rem;font-variant-numeric:tabular-nums}
th,td{white-space:nowrap;text-align:right;padding:.2rem .6rem;border-bottom:1px solid #dde4ea}th{font-weight:600}
th:first-child,td:first-child,.held th,.held td{text-align:left;white-space:normal;overflow-wrap:anywhere}
@media (max-width:40rem){th:nth-child(4),td:nth-child(4){display:none}th,td{padding:.2rem .3rem}}
@media (prefers-color-scheme:dark){body{color:#dbe3ea;background:#14191f}.map div{border-color:#14191f;color:#14191f}th,td{border-color:#33404c}}
`;
