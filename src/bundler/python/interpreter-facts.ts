import { execFileSync } from 'child_process';
import { BundleError } from '../bundle-error';

/** What a Python interpreter says about itself. */
export interface InterpreterFacts {
  readonly executable: string;
  /** Directory of the environment. */
  readonly prefix: string;
  /** Such as `3.11.7`. */
  readonly version: string;
  /** Such as `linux-x86_64`, as sysconfig names it. */
  readonly platform: string;
  /** Tag in the names of extension modules, such as `cpython-311-x86_64-linux-gnu`. */
  readonly abi: string;
  /** `sys.path`, without the entry for the current directory. */
  readonly path: readonly string[];
  /** Directories of the standard library. */
  readonly standardLibrary: readonly string[];
  /** Directories that packages are installed in; the user's own among them when it is enabled. */
  readonly sitePackages: readonly string[];
}

/**
 * Constant, and given on the command line: nothing of ours or the user's is imported by it. `-c` puts the current directory first on the path, where a
 * stray `json.py` would be run in place of the real one, so that entry goes before anything is imported.
 */
const PROGRAM = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import json, os, site, sysconfig
paths = sysconfig.get_paths()
standard = [paths["stdlib"], paths["platstdlib"]]
user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
print()
print(json.dumps({
    "executable": sys.executable,
    "prefix": sys.prefix,
    "version": ".".join(map(str, sys.version_info[:3])),
    "platform": sysconfig.get_platform(),
    "abi": sysconfig.get_config_var("SOABI") or "",
    "path": sys.path,
    "standardLibrary": standard + [os.path.join(entry, "lib-dynload") for entry in standard],
    "sitePackages": [paths["purelib"], paths["platlib"]] + site.getsitepackages() + user,
}))
`;

const TIMEOUT_MS = 20_000;

/**
 * Asks an interpreter where it looks for modules.
 *
 * @param interpreter path or name on the PATH
 * @throws BundleError PYTHON_MISSING or PYTHON_FAILED
 */
export function interpreterFacts(interpreter: string): InterpreterFacts {
  let output: string;
  try {
    output = execFileSync(interpreter, ['-c', PROGRAM], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, env: process.env, // PYTHONPATH is the user's, and meant
    });
  } catch (error) {
    throw failure(interpreter, error as ChildError);
  }
  try {
    return JSON.parse(lastLine(output)) as InterpreterFacts; // what .pth files and sitecustomize print comes before
  } catch {
    throw new BundleError('PYTHON_FAILED', `${interpreter} printed ${JSON.stringify(lastLine(output))}, expected its paths as JSON`,
      `run ${interpreter} -c 'import sys; print(sys.path)' and choose an interpreter for which it works`);
  }
}

/** What execFileSync throws. */
interface ChildError extends Error {
  readonly code?: string;
  readonly status?: number | null;
  readonly signal?: string | null;
  readonly stderr?: string;
}

function failure(interpreter: string, error: ChildError): BundleError {
  if (error.code === 'ENOENT') {
    return new BundleError('PYTHON_MISSING', `${interpreter}: no such interpreter`, 'create the virtual environment, or name a Python that is there');
  }
  if (error.code === 'EACCES') {
    return new BundleError('PYTHON_MISSING', `${interpreter}: not an executable`, 'name the Python itself, such as .venv/bin/python');
  }
  const said = lastLine(error.stderr ?? '');
  const why = error.code === 'ETIMEDOUT' ? `gave no answer in ${TIMEOUT_MS / 1000} s` : `failed (${error.signal ?? `exit code ${error.status}`})`;
  return new BundleError('PYTHON_FAILED', `${interpreter} ${why}${said && `: ${said}`}`, 'mend the environment until this interpreter starts, or choose another');
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').pop()!.trim();
}
