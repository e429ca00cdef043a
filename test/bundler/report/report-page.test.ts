import { appendFileSync, realpathSync, symlinkSync } from 'fs';
import { join } from 'path';
import { planBundle } from '../../../src/bundler/plan';
import { lastPublished, rememberPublished } from '../../../src/bundler/published-files';
import { bundleReport, StoreKnowledge } from '../../../src/bundler/report/bundle-report';
import { reportPage } from '../../../src/bundler/report/report-page';
import { temporaryDirectory, tree } from '../../temporary-directory';

const URL = 'file:///srv/bundles/';

function planOf(path: string) {
  return planBundle({ roots: [{ kind: 'workspace', path }], cacheDirectory: temporaryDirectory() });
}

test('a page without a store says that all would ship, and why files were held back', () => {
  const page = reportPage(bundleReport(planOf(tree({ 'a/b.py': 'x'.repeat(500), 'c.py': 'y'.repeat(100), '.env': 'A=1' })), undefined));
  expect(page).toContain('2 files, 600 B in 1 shard. No store was given: all of it would ship.');
  expect(page).toContain('<td>.env<td>looks like a secret');
  expect(page).toContain('<tr><td>a<td>500 B<td>83 %<td>1');
});

test('links out of a root are listed with what they lead to', () => {
  const outside = tree({ '<b>.py': 'x' });
  const root = tree({ 'a.py': 'x' });
  expect(reportPage(bundleReport(planOf(root), undefined))).not.toContain('Links out of a root');
  symlinkSync(outside, join(root, 'shared'));
  expect(reportPage(bundleReport(planOf(root), undefined))).toContain(`<tr><td>shared<td>${realpathSync(outside)}</tbody>`);
});

test('it needs nothing from elsewhere, and runs nothing', () => {
  const page = reportPage(bundleReport(planOf(tree({ 'a.py': 'x' })), undefined));
  expect(page).not.toMatch(/<script|<link|<img|url\(|https?:/);
});

test('names are text, whatever is in them', () => {
  const page = reportPage(bundleReport(planOf(tree({ '<img src=x onerror=alert(1)>"&.py': 'x'.repeat(900) })), undefined));
  expect(page).not.toContain('<img');
  expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#38;.py');
});

test('what changed since the last publish is marked and listed', () => {
  const root = tree({ 'same.py': 'x'.repeat(800), 'edited.py': 'y'.repeat(200) });
  const cache = temporaryDirectory();
  const before = planOf(root);
  rememberPublished(cache, URL, before);
  appendFileSync(join(root, 'edited.py'), '!');
  const plan = planOf(root);
  const missing = new Set(plan.roots[0].shards.map(({ key }) => key));
  const store: StoreKnowledge = { url: URL, missing, lastPublished: (planned) => lastPublished(cache, URL, planned) };
  const page = reportPage(bundleReport(plan, store));
  expect(page).toContain('1 file of 201 B changed since the last publish');
  expect(page).toContain('<tr><td>edited.py<td>201 B</tbody>');
  expect(page).toMatch(/class="same"[^>]*title="same\.py/);
  expect(page).toMatch(/class="new"[^>]*title="edited\.py/);
});

test('a store that has everything is said to', () => {
  const store: StoreKnowledge = { url: URL, missing: new Set(), lastPublished: () => undefined };
  expect(reportPage(bundleReport(planOf(tree({ 'a.py': 'x' })), store))).toContain(`${URL} has all of them.`);
});
