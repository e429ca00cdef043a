/**
 * `npm run docs`: the documentation as a site, in the folder `site`, for any server of files. Who looks at it is told to no one else.
 *
 * Pages are copied with their links changed, since MkDocs knows nothing beside its own folder.
 */
import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { stringify } from 'yaml';
import { foreignAssets, forSite, navigation, pagesOf } from './pages';
import { cacheDirectory } from '../../src/bundler/cache-directory';
import { findInterpreter } from '../../src/submitter/local/interpreter';

const REPOSITORY = join(__dirname, '..', '..');
const LOCK = join(REPOSITORY, 'docs', 'site', 'requirements.lock');
const OUTPUT = join(REPOSITORY, 'site');

/** The virtual environment of the generator, made once for each lock file. */
function generator(): string {
  const { path, version } = findInterpreter(process.env.GENEVA_PYTHON);
  const name = createHash('sha256').update(readFileSync(LOCK)).update(`${path}\0${version}`).digest('hex').slice(0, 16);
  const directory = join(cacheDirectory(), 'docs', name);
  const complete = join(directory, '.complete');
  if (!existsSync(complete)) {
    process.stderr.write(`installing MkDocs in ${directory} (Python 3.11 or newer)\n`);
    rmSync(directory, { recursive: true, force: true });
    execFileSync(path, ['-m', 'venv', directory]);
    execFileSync(join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:', '-r', LOCK], { stdio: ['ignore', 'ignore', 'inherit'] });
    writeFileSync(complete, '');
  }
  return join(directory, 'bin', 'mkdocs');
}

/** Copies what the site is made of into a folder. */
function stage(folder: string): void {
  const pages = pagesOf(REPOSITORY);
  for (const page of pages) {
    const path = join(folder, 'docs', page.to);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, forSite(readFileSync(join(REPOSITORY, page.from), 'utf8'), page, pages));
  }
  for (const name of ['diagrams', 'images']) { cpSync(join(REPOSITORY, 'docs', name), join(folder, 'docs', name), { recursive: true }); }
  cpSync(join(REPOSITORY, 'docs', 'site', 'extra.css'), join(folder, 'docs', 'extra.css'));
  const nav = [{ Home: 'index.md' }, ...navigation(REPOSITORY, pages).map(({ title, pages: listed }) => ({ [title]: listed.map(({ title: name, to }) => ({ [name]: to })) }))];
  const configuration = readFileSync(join(REPOSITORY, 'docs', 'site', 'mkdocs.yml'), 'utf8');
  writeFileSync(join(folder, 'mkdocs.yml'), `${configuration}\n${stringify({ nav })}`);
}

/** @throws when a page would load something from elsewhere */
function checkOwnAssets(): void {
  const names = readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const foreign = names.flatMap((name) => foreignAssets(readFileSync(join(OUTPUT, name), 'utf8')).map((tag) => `${name}: ${tag}`));
  if (foreign.length > 0) { throw new Error(`pages load from elsewhere, expected nothing but their own:\n${foreign.join('\n')}`); }
}

const folder = mkdtempSync(join(tmpdir(), 'geneva-docs-'));
try {
  stage(folder);
  execFileSync(generator(), [
    'build', '--strict', '--quiet', '--clean', '--config-file', join(folder, 'mkdocs.yml'), '--site-dir', OUTPUT,
  ], {
    stdio: 'inherit',
    env: { ...process.env, NO_MKDOCS_2_WARNING: '1' },
  });
  checkOwnAssets();
  process.stdout.write(`${join(OUTPUT, 'index.html')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
