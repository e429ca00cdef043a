import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';

export const REPOSITORY = join(__dirname, '..', '..');

/** A piece of code of a page. */
export interface Snippet {
  /** Page and line, to find it by. */
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

/** All that people read, relative to the repository; API.md is generated, and compiled by jsii-rosetta where it comes from. */
export const PAGES = [
  'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'runtime/README.md',
  ...markdown('docs'),
  ...markdown('examples'),
];

/** A page as it is. */
export function textOf(page: string): string {
  return readFileSync(join(REPOSITORY, page), 'utf8');
}

/** What stands between fences, in all pages. */
export function snippets(...languages: string[]): Snippet[] {
  return PAGES.flatMap((page) => {
    const text = textOf(page);
    return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
      .filter(([, language]) => languages.includes(language))
      .map(({ 1: language, 2: code, index }) => ({ at: `${page}:${text.slice(0, index).split('\n').length}`, language, text: code }));
  });
}

function markdown(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/(^|\/)(node_modules|\.\w+|dist|image)\//.test(name))
    .map((name) => relative(REPOSITORY, join(REPOSITORY, folder, name)))
    .sort();
}
