import { readdirSync, readFileSync, statSync } from 'fs';
import { join, posix } from 'path';

/** Where sources are to be looked at that are no pages. */
const SOURCES = 'https://github.com/geneva-constructs/geneva-constructs/blob/main/';

/** A page of the site. Both paths are relative, with `/` between their parts. */
export interface Page {
  /** In the repository. */
  readonly from: string;
  /** In the site. */
  readonly to: string;
}

/** A part of the site's navigation. */
export interface Section {
  readonly title: string;
  readonly pages: readonly { readonly title: string; readonly to: string }[];
}

/** All pages: those of docs/, the READMEs of the examples, and what is at the root for people to read. */
export function pagesOf(repository: string): Page[] {
  const docs = readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md')).map((name) => ({ from: `docs/${name}`, to: name }));
  const examples = readdirSync(join(repository, 'examples'))
    .filter((name) => !name.startsWith('.') && statSync(join(repository, 'examples', name)).isDirectory())
    .map((name) => ({ from: `examples/${name}/README.md`, to: `examples/${name}.md` }));
  return [
    ...docs,
    { from: 'examples/README.md', to: 'examples/index.md' },
    ...examples,
    { from: 'API.md', to: 'api.md' },
    { from: 'ARCHITECTURE.md', to: 'architecture.md' },
    { from: 'CONTRIBUTING.md', to: 'contributing.md' },
    { from: 'CHANGELOG.md', to: 'changelog.md' },
    { from: 'runtime/README.md', to: 'runtime.md' },
  ];
}

/** The text of a page with its links as they have to be in the site. Links to what is no page lead to the sources. */
export function forSite(text: string, page: Page, pages: readonly Page[]): string {
  return text.replace(/\]\(([^)\s]+)\)/g, (_, link: string) => `](${siteLink(link, page, pages)})`);
}

function siteLink(link: string, page: Page, pages: readonly Page[]): string {
  if (/^(https?:|#)/.test(link)) { return link; }
  const [path, anchor] = link.split('#');
  const file = posix.join(posix.dirname(page.from), path).replace(/\/$/, '');
  const end = anchor === undefined ? '' : `#${anchor}`;
  const found = pages.find(({ from }) => from === file || from === `${file}/README.md`);
  if (found) { return posix.relative(posix.dirname(page.to), found.to) + end; }
  return file.startsWith('docs/') ? posix.relative(posix.dirname(page.to), file.slice('docs/'.length)) : `${SOURCES}${file}${end}`;
}

/** The navigation, as the tables of docs/index.md have it: a page that is not there is in no menu. */
export function navigation(repository: string, pages: readonly Page[]): Section[] {
  const index = readFileSync(join(repository, 'docs', 'index.md'), 'utf8');
  return [...index.matchAll(/^\| ([^|\n]+) \| \|\n\| --- \| --- \|\n((?:\|.*\n?)+)/gm)].map(([, title, rows]) => ({
    title: title.charAt(0).toUpperCase() + title.slice(1),
    pages: [...rows.matchAll(/^\|([^|\n]*)\|/gm)].flatMap(([, first]) => [...first.matchAll(/\[([^\]]+)\]\(([^)#\s]+)\)/g)]).map(([, name, link]) => {
      const to = siteLink(link, { from: 'docs/index.md', to: 'index.md' }, pages);
      return { title: name, to };
    }),
  }));
}

/** The tags of a page that load something from another host. Links that a reader follows are none of them. */
export function foreignAssets(html: string): string[] {
  return [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="?(?:https?:)?\/\/[^>]*>/g)].map(([tag]) => tag);
}
