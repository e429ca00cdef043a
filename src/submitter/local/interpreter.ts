import { execFileSync } from 'child_process';
import { ExitCode } from '../exit-code';
import { SubmitterError } from '../submitter-error';

/** A Python on this machine. */
export interface Interpreter {
  readonly path: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

/** Newest first, the ones with wheels for everything. */
const CANDIDATES = ['python3.12', 'python3.11', 'python3.13', 'python3.10', 'python3', 'python'];

/** What the runtime's dependencies have wheels for. */
const SUPPORTED = /^3\.1[0-3]\./;

/**
 * Finds a Python that the runtime runs on.
 *
 * @param wanted path or name; absent: the first suitable one of the PATH
 * @throws SubmitterError PYTHON_MISSING
 */
export function findInterpreter(wanted?: string): Interpreter {
  const tried = wanted ? [wanted] : CANDIDATES;
  const found = tried.map(probe).filter((interpreter) => interpreter !== undefined);
  const suitable = found.find(({ version }) => SUPPORTED.test(version));
  if (suitable) { return suitable; }
  const seen = found.map(({ path, version }) => `${path} is ${version}`).join(', ') || `none of ${tried.join(', ')} runs`;
  throw new SubmitterError('PYTHON_MISSING', ExitCode.NOT_READY, `no suitable Python: ${seen}, expected 3.10 to 3.13`,
    'install one of them, such as 3.12, or name one that is there: geneva-stack local up --python PATH');
}

function probe(name: string): Interpreter | undefined {
  try {
    const output = execFileSync(name, ['-c', 'import sys, venv, ensurepip; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 });
    const [path, version] = output.trim().split('\n');
    return path && version ? { path, version } : undefined;
  } catch {
    return undefined; // not there, or without venv: the next one may do
  }
}
