import { spawn } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { cacheDirectory } from '../../bundler/cache-directory';
import { packageRoot } from '../../descriptor/package-root';
import { ExitCode } from '../exit-code';
import { withLock } from '../file-lock';
import { SubmitterError } from '../submitter-error';
import { Interpreter } from './interpreter';

/** A virtual environment that we made from a lock file, and keep. */
export interface ManagedEnvironment {
  readonly directory: string;
  /** Holds `python` and `ray`. */
  readonly bin: string;
  readonly python: string;
}

/** What an environment is made from: a lock file of the runtime, with a hash for every package. */
export type Lock = 'requirements.lock' | 'requirements-dev.lock';

/**
 * How the packages of a lock are installed.
 *
 * Compiled, too: nobody does so later where `PYTHONDONTWRITEBYTECODE` is set, as in many images. Each process of Ray then compiles
 * hundreds of modules for itself; a head and two short runs took 127 s of CPU instead of 45.
 */
const INSTALL = ['pip', 'install', '--quiet', '--require-hashes', '--compile-bytecode'];

/** Written last, so that a half-made environment is told from a whole one. */
const COMPLETE = '.complete';

/**
 * The virtual environment for a lock file and a Python, made on first use.
 *
 * Named by what it is made from, and how: another lock or another Python is another environment, and none is ever changed.
 *
 * @throws SubmitterError ENVIRONMENT_FAILED
 */
export async function managedEnvironment(interpreter: Interpreter, lock: Lock, onProgress: (text: string) => void): Promise<ManagedEnvironment> {
  const environment = managedEnvironmentFor(interpreter, lock);
  if (isComplete(environment)) { return environment; }
  mkdirSync(dirname(environment.directory), { recursive: true });
  const waiting = (holder: number) => onProgress(`waiting for process ${holder}, which is making the same environment`);
  await withLock(`${environment.directory}.lock`, async () => {
    if (!isComplete(environment)) { await make(environment, interpreter, lock, onProgress); }
  }, waiting);
  return environment;
}

/** Where that environment is, or would be. */
export function managedEnvironmentFor(interpreter: Interpreter, lock: Lock): ManagedEnvironment {
  const hash = createHash('sha256').update(readFileSync(lockPath(lock))).update(readFileSync(lockPath('installer.lock')));
  hash.update(INSTALL.join('\0'));
  const name = hash.update(`${interpreter.version}\0${interpreter.path}\0${process.platform}\0${process.arch}`).digest('hex').slice(0, 16);
  const directory = join(cacheDirectory(), 'environments', name);
  const bin = join(directory, 'bin');
  return { directory, bin, python: join(bin, 'python') };
}

/** Whether an environment can be used as it is. */
export function isComplete(environment: ManagedEnvironment): boolean {
  return existsSync(join(environment.directory, COMPLETE)) && existsSync(environment.python);
}

async function make(environment: ManagedEnvironment, interpreter: Interpreter, lock: Lock, onProgress: (text: string) => void): Promise<void> {
  rmSync(environment.directory, { recursive: true, force: true });
  onProgress(`making a virtual environment with Python ${interpreter.version}`);
  await run(interpreter.path, ['-m', 'venv', environment.directory]);
  onProgress('installing the installer');
  await run(environment.python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:', '-r', lockPath('installer.lock')]);
  onProgress(`installing Ray, Lance and Arrow as pinned in ${lock} (about 850 MB; minutes on a slow network)`);
  await run(join(environment.bin, 'uv'), [...INSTALL, '--python', environment.python, '-r', lockPath(lock)]);
  writeFileSync(join(environment.directory, COMPLETE), `${lock}\n`);
}

function lockPath(name: Lock | 'installer.lock'): string {
  return join(packageRoot(), 'runtime', name);
}

function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => { errors = (errors + chunk.toString('utf8')).slice(-4000); });
    child.on('error', (error) => reject(failed(command, error.message)));
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(failed(`${command} ${args.slice(0, 3).join(' ')}`, errors.trim() || `ended by ${signal ?? `code ${code}`}`));
      }
    });
  });
}

function failed(command: string, why: string): SubmitterError {
  return new SubmitterError('ENVIRONMENT_FAILED', ExitCode.NOT_READY, `${command}: ${why}`, 'check the network and the disk, then run the command again; it starts over');
}
