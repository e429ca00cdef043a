import { join, resolve } from 'path';
import { distributions, normalizedName } from './distributions';
import { checkPlatform } from './platform';
import { PathNote, PythonPath, scanPythonPath, SITE_PACKAGES_EXCLUDE } from './python-path';
import { Processor } from './wheel-tags';
import { BundleError } from '../bundle-error';
import { resolveRoot, RootSource } from '../root-source';

/** Roots, what was left out of them, and the Python that they need. */
export interface PythonRoots {
  /** In sys.path order. */
  readonly roots: readonly RootSource[];
  readonly notes: readonly PathNote[];
  /** Minor release that the packages among them were installed for. Absent: there are none. */
  readonly pythonVersion?: string;
}

/** Which installed packages ship. */
export interface InstalledPackages {
  /** Of the virtual environment, in which `bin/python` is. */
  readonly environment: string;
  readonly arch: Processor;
  /** More paths to leave out, in gitignore syntax, relative to site-packages. */
  readonly exclude?: readonly string[];
}

/** What of a Python path ships. */
export interface PythonRootsOptions {
  /** @default that of the packages' environment, otherwise python3 */
  readonly interpreter?: string;
  /** The code you write. */
  readonly workspace: Omit<RootSource, 'kind'>;
  /** Absent: no installed packages, the image has them. */
  readonly packages?: InstalledPackages;
}

/** A site-packages directory as such, without an interpreter to ask. */
export interface PackageDirectory {
  readonly path: string;
  /** Minor release that the packages were installed for. */
  readonly pythonVersion: string;
  readonly arch: Processor;
  /** More paths to leave out, in gitignore syntax. */
  readonly exclude?: readonly string[];
}

/** Distributions that the image has, in the versions that its other parts need, and the names they are imported by. */
const IN_IMAGE: Record<string, readonly string[]> = { ray: ['ray'], pylance: ['lance'], pyarrow: ['pyarrow', 'pyarrow.libs'] };

/**
 * The roots of an interpreter's path that ship.
 *
 * @throws BundleError when the interpreter fails, has no such packages, or has packages that can't run on the cluster
 */
export function pythonRoots(options: PythonRootsOptions): PythonRoots {
  const interpreter = options.interpreter ?? (options.packages && join(options.packages.environment, 'bin', 'python'));
  const scan = scanPythonPath({ interpreter, workspace: options.workspace });
  const own = scan.roots.filter(({ kind }) => kind !== 'site-packages');
  const installed = scan.roots.filter(({ kind }) => kind === 'site-packages');
  if (!options.packages) { return { roots: own, notes: [...scan.notes, ...installed.map(leftToImage)] }; }

  const wanted = ofEnvironment(scan, installed, options.packages.environment);
  const pythonVersion = scan.python.version.split('.').slice(0, 2).join('.');
  const { arch, exclude } = options.packages;
  const shipped = wanted.map((source) => packages(source, { path: source.path, pythonVersion, arch, exclude }));
  const sources = new Map(shipped.map(({ source }) => [source.path, source]));
  return {
    roots: scan.roots.filter((root) => root.kind !== 'site-packages' || sources.has(root.path)).map((root) => sources.get(root.path) ?? root),
    notes: [...scan.notes, ...installed.filter(({ path }) => !sources.has(path)).map(leftToImage), ...shipped.flatMap(({ notes }) => notes)],
    pythonVersion,
  };
}

/**
 * A site-packages directory as a root.
 *
 * @throws BundleError when it isn't there or holds packages that can't run on the cluster
 */
export function packageRoot(directory: PackageDirectory): PythonRoots {
  const { source, notes } = packages({ kind: 'site-packages', path: directory.path, exclude: SITE_PACKAGES_EXCLUDE }, directory);
  return { roots: [source], notes, pythonVersion: directory.pythonVersion };
}

function ofEnvironment(scan: PythonPath, installed: readonly RootSource[], environment: string): readonly RootSource[] {
  const home = resolveRoot({ kind: 'site-packages', path: environment });
  const found = installed.filter((source) => resolveRoot(source).startsWith(`${home}/`));
  if (found.length === 0) {
    throw new BundleError('PACKAGES_ELSEWHERE', `${scan.python.executable} imports no packages from ${resolve(environment)}, expected a virtual environment of it`,
      `name the directory that holds bin/python and leave the interpreter out; this one is in ${scan.python.prefix}`);
  }
  return found;
}

/** Roots come before the image's own packages on the path, so a second Ray or Arrow would be half imported. */
function packages(root: RootSource, { path, pythonVersion, arch, exclude }: PackageDirectory): { source: RootSource; notes: PathNote[] } {
  const shadowing = distributions(resolveRoot(root)).filter(({ name }) => normalizedName(name) in IN_IMAGE);
  const images = shadowing.flatMap(({ name, metadata }) => [...IN_IMAGE[normalizedName(name)], metadata].map((entry) => `/${entry}/`));
  const source = { ...root, exclude: [...root.exclude ?? [], ...exclude ?? [], ...images] };
  checkPlatform(source, { pythonVersion, platform: 'linux', arch });
  return {
    source,
    notes: shadowing.map(({ name, version, metadata }) => ({
      path: join(path, metadata), reason: `${name} ${version} would hide the image's own: the image's is used`,
    })),
  };
}

function leftToImage({ path }: RootSource): PathNote {
  return { path, reason: 'installed packages: the image has its own' };
}
