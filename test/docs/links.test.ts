import { existsSync } from 'fs';
import { dirname, join } from 'path';
import { PAGES, REPOSITORY, textOf } from './pages';

/** As GitHub and MkDocs make an anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, '').trim().replace(/ /g, '-');
}

function anchorsOf(page: string): string[] {
  const anchors = [...withoutCode(textOf(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
  return anchors.map((anchor, index) => (anchors.indexOf(anchor) === index ? anchor : `${anchor}-${anchors.slice(0, index).filter((other) => other === anchor).length}`));
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

const links = PAGES.flatMap((page) => [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => ({ page, link })));

test('every link to a file of the repository leads to one', () => {
  const files = links.filter(({ link }) => !/^(https?:|#)/.test(link)).map(({ page, link }) => ({ page, file: join(dirname(page), link.split('#')[0]) }));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter(({ file }) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});

test('every link to a heading leads to one', () => {
  const headings = links.filter(({ link }) => !/^https?:/.test(link) && link.includes('#')).map(({ page, link }) => {
    const [file, anchor] = link.split('#');
    return { page, file: file === '' ? page : join(dirname(page), file), anchor };
  });
  expect(headings.filter(({ file, anchor }) => file.endsWith('.md') && !anchorsOf(file).includes(anchor))).toEqual([]);
});
