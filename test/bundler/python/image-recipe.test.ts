import { chmodSync, writeFileSync } from 'fs';
import { join } from 'path';
import { sitePackages } from './environments';
import { imageRecipe } from '../../../src/bundler/python/image-recipe';
import { temporaryDirectory } from '../../temporary-directory';

const BASE = 'docker.io/rayproject/ray:2.54.0-py311';

/** An interpreter that says it has these directories of packages, first on the path first. */
function python(...directories: string[]): string {
  const path = join(temporaryDirectory(), 'python');
  const facts = { executable: path, prefix: '/env', version: '3.11.7', platform: 'linux-x86_64', abi: '', path: ['/usr/lib/python3.11', ...directories], standardLibrary: [], sitePackages: [...directories].reverse() };
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(facts)}\nEND\n`);
  chmodSync(path, 0o755);
  return path;
}

const origin = (url: string, more: Record<string, unknown> = {}) => JSON.stringify({ url, ...more });

test('each package in its version, by name; what can\'t be installed is told after', () => {
  const directory = sitePackages({
    'zeta-2': [], 'Alpha_One-1.0': [], 'mine-1': [], 'local-1': [], 'repo-1': [], 'file-1': [], 'torch-2.1+cu118': [], 'pip-24': [],
  }, {
    'mine-1.dist-info/direct_url.json': origin('file:///home/me/mine', { dir_info: { editable: true } }),
    'local-1.dist-info/direct_url.json': origin('file:///home/me/local', { dir_info: {} }),
    'repo-1.dist-info/direct_url.json': origin('https://me:secret@host/repo.git', { vcs_info: { vcs: 'git', commit_id: 'abc' } }),
    'file-1.dist-info/direct_url.json': origin('https://token@host/file-1.whl', { archive_info: {} }),
  });
  const { requirements } = imageRecipe({ interpreter: python(directory), baseImage: BASE });
  expect(requirements).toBe([
    '# Installed for Python 3.11.',
    'alpha-one==1.0',
    'file @ https://host/file-1.whl',
    'repo @ git+https://host/repo.git@abc',
    'zeta==2',
    '# local==1: installed from this machine, publish it or bundle it',
    '# mine: an editable install, bundle its sources',
    '# pip==24: the base image has its own',
    '# torch==2.1+cu118: a local version, install it from the index that has it',
    '',
  ].join('\n'));
});

test('of two versions the first on the path is meant, and what is not there is not read', () => {
  const [first, second] = [sitePackages({ 'six-2': [] }), sitePackages({ 'six-1': [], 'attrs-3': [] })];
  expect(imageRecipe({ interpreter: python(first, '/no/such/site-packages', second), baseImage: BASE }).requirements).toBe('# Installed for Python 3.11.\nattrs==3\nsix==2\n');
});

test('the image keeps the base image\'s user and caches nothing', () => {
  const { dockerfile } = imageRecipe({ interpreter: python(), baseImage: BASE });
  expect(dockerfile.split('\n').filter((line) => /^[A-Z]/.test(line))).toEqual([
    `FROM ${BASE}`, 'COPY requirements.txt /tmp/requirements.txt', 'RUN python -m pip install --no-cache-dir -r /tmp/requirements.txt',
  ]);
});

test('the same environment gives the same bytes', () => {
  const interpreter = python(sitePackages({ 'b-1': [], 'a-1': [] }));
  expect(imageRecipe({ interpreter, baseImage: BASE })).toEqual(imageRecipe({ interpreter, baseImage: BASE }));
});

test.each(['', 'ray:2\nUSER root', '--platform=x ray', 'ray latest', '$BASE'])('%j is no image', (baseImage) => {
  expect(() => imageRecipe({ interpreter: python(), baseImage })).toThrow(expect.objectContaining({ code: 'BASE_IMAGE' }));
});
