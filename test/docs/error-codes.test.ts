import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { REPOSITORY, textOf } from './pages';

const TYPESCRIPT = sources('src', '.ts');
const PYTHON = sources('runtime/src', '.py');

/** The codes of errors that are made where they are thrown; some come by way of a function of the file. */
const thrown = [
  ...TYPESCRIPT.matchAll(/new (?:SubmitterError|BundleError)\(\s*'([A-Z][A-Z0-9_]+)'/g),
  ...PYTHON.matchAll(/JobError\(\s*"([A-Z][A-Z0-9_]+)"/g),
].map(([, code]) => code);

const documented = [...textOf('docs/troubleshooting.md').matchAll(/^\| (`[A-Z][A-Z0-9_, `]*`) \|/gm)].flatMap(([, cell]) => cell.replace(/`/g, '').split(', '));

test('docs/troubleshooting.md has every code of an error', () => {
  expect([...new Set(thrown)].filter((code) => !documented.includes(code)).sort()).toEqual([]);
});

test('docs/troubleshooting.md has no code that no error has, and each once', () => {
  expect(documented.filter((code) => !TYPESCRIPT.includes(`'${code}'`) && !PYTHON.includes(`"${code}"`))).toEqual([]);
  expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
});

function sources(folder: string, extension: string): string {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(join(REPOSITORY, folder, name), 'utf8'))
    .join('\n');
}
