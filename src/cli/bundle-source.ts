import { packageRoot, PythonRoots, pythonRoots } from '../bundler/python/python-roots';
import { Processor } from '../bundler/python/wheel-tags';
import { ExitCode } from '../submitter/exit-code';
import { SubmitterError } from '../submitter/submitter-error';

/** Options that say which directories are bundled. */
export interface BundleSourceOptions {
  /** `[kind=]PATH` */
  readonly root: string[];
  readonly exclude: string[];
  readonly python?: string;
  readonly packages?: string;
  readonly pythonVersion?: string;
  readonly arch: Processor;
}

const KINDS = ['workspace', 'site-packages', 'other', 'python-path'] as const;

/** The roots that the options name, in their order, with what is left out of them; undefined when they name none. */
export function bundleSource(options: BundleSourceOptions): PythonRoots | undefined {
  if (options.root.length === 0) { return undefined; }
  const parts = options.root.map((text) => part(text, options));
  return { roots: parts.flatMap(({ roots }) => roots), notes: parts.flatMap(({ notes }) => notes) };
}

function part(text: string, options: BundleSourceOptions): PythonRoots {
  const [kind, path] = parse(text);
  const { arch, exclude } = options;
  if (kind === 'site-packages') { return packageRoot({ path, pythonVersion: pythonVersion(path, options), arch, exclude }); }
  if (kind === 'python-path') {
    const packages = options.packages === undefined ? undefined : { environment: options.packages, arch };
    return pythonRoots({ interpreter: options.python, workspace: { path, exclude }, packages, arch });
  }
  return { roots: [{ kind, path, exclude, runsOn: { arch } }], notes: [] };
}

function parse(text: string): [kind: typeof KINDS[number], path: string] {
  const at = text.indexOf('=');
  const kind = KINDS.find((candidate) => at > 0 && candidate === text.slice(0, at));
  return kind ? [kind, text.slice(at + 1)] : ['workspace', text];
}

/** Installed packages lie in a directory that is named after their Python, on all systems but Windows. */
function pythonVersion(path: string, options: BundleSourceOptions): string {
  const version = options.pythonVersion ?? /\/python(3\.\d+)\//.exec(path)?.[1];
  if (version === undefined) {
    throw new SubmitterError('PYTHON_VERSION', ExitCode.USAGE, `--root site-packages=${path}: the path does not say which Python the packages are for`, 'add --python-version 3.N');
  }
  return version;
}
