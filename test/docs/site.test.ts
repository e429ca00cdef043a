import { readdirSync } from 'fs';
import { join } from 'path';
import { REPOSITORY, textOf } from './pages';
import { foreignAssets, forSite, navigation, pagesOf } from '../../tools/docs-site/pages';

const pages = pagesOf(REPOSITORY);

test('docs/index.md, of which the menu is made, lists every page of docs', () => {
  const listed = navigation(REPOSITORY, pages).flatMap((section) => section.pages.map(({ to }) => to));
  expect(readdirSync(join(REPOSITORY, 'docs')).filter((name) => name.endsWith('.md') && name !== 'index.md' && !listed.includes(name))).toEqual([]);
  expect(listed.filter((to) => !pages.some((page) => page.to === to))).toEqual([]);
});

test('a link leads to the page, to the README of a folder, or to the source', () => {
  const page = { from: 'docs/steps.md', to: 'steps.md' };
  const links = '[a](jobs.md#plan) [b](../API.md) [c](../examples/gke) [d](../src/index.ts) [e](https://example.com) [f](#here) ![g](diagrams/job.svg)';
  expect(forSite(links, page, pages)).toBe('[a](jobs.md#plan) [b](api.md) [c](examples/gke.md) '
    + '[d](https://github.com/geneva-constructs/geneva-constructs/blob/main/src/index.ts) [e](https://example.com) [f](#here) ![g](diagrams/job.svg)');
});

test('a link of an example leads back', () => {
  const page = { from: 'examples/gke/README.md', to: 'examples/gke.md' };
  expect(forSite('[a](../../docs/jobs.md) [b](../gpu-embedding)', page, pages)).toBe('[a](../jobs.md) [b](gpu-embedding.md)');
});

test('what a page loads from elsewhere is found, and what a reader may follow is not', () => {
  expect(foreignAssets('<script src="https://unpkg.com/shim"></script><a href="https://example.com">x</a><link rel="stylesheet" href="assets/main.css">'))
    .toEqual(['<script src="https://unpkg.com/shim">']);
});

test('every page has one title', () => {
  expect(pages.filter(({ from }) => (textOf(from).replace(/^```[\s\S]*?^```$/gm, '').match(/^# /gm) ?? []).length !== 1).map(({ from }) => from)).toEqual([]);
});
