import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cacheDirectory } from '../src/bundler/cache-directory';
import { ManagedEnvironment } from '../src/submitter/local/managed-environment';

const LOCKS = [join(__dirname, '..', 'runtime', 'requirements.lock'), join(__dirname, 'requirements.lock')];

/** The site-packages of feature work, made once: Ray, Arrow, Lance and NumPy as the runtime pins them, with pandas and scikit-learn. */
export function installedPackages({ bin, python }: ManagedEnvironment): string {
  const name = createHash('sha256').update(LOCKS.map((lock) => readFileSync(lock, 'utf8')).join()).update(python).digest('hex').slice(0, 16);
  const directory = join(cacheDirectory(), 'bench', `packages-${name}`);
  const complete = `${directory}.complete`;
  if (existsSync(complete)) { return directory; }
  process.stderr.write(`installing the packages to bundle in ${directory}\n`);
  rmSync(directory, { recursive: true, force: true });
  const locks = LOCKS.flatMap((lock) => ['-r', lock]);
  // Copied, so that the files' times and inodes are their own, as in an environment that pip made.
  execFileSync(join(bin, 'uv'), ['pip', 'install', '--quiet', '--require-hashes', '--link-mode=copy', '--python', python, '--target', directory, ...locks]);
  writeFileSync(complete, '');
  return directory;
}
