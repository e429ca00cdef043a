import { join, resolve } from 'path';
import { distributions, normalizedName } from './distributions';
import { editableMetadata } from './editable-metadata';
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
  /** Processor of the nodes. @default that of the packages, otherwise x86_64 */
  readonly arch?: Processor;
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
  const minor = scan.python.version.split('.').slice(0, 2).join('.');
  const runsOn = { arch: options.arch ?? options.packages?.arch ?? 'x86_64', pythonVersion: minor };
  const installed = scan.roots.filter(({ kind }) => kind === 'site-packages');
  const shipped = options.packages ? shippedPackages(scan, installed, options.packages, minor) : [];
  const whole = new Map(shipped.map(({ source }) => [source.path, source]));
  const left = installed.filter(({ path }) => !whole.has(path));
  const metadata = new Map(left.map((root) => [root.path, editableMetadata(root)]));
  return {
    roots: scan.roots.flatMap((root) => (root.kind === 'site-packages' ? whole.get(root.path) ?? metadata.get(root.path) ?? [] : { ...root, runsOn })),
    notes: [...scan.notes, ...left.map(({ path }) => leftToImage(path, metadata.get(path) !== undefined)), ...shipped.flatMap(({ notes }) => notes)],
    pythonVersion: options.packages && minor,
  };
}

function shippedPackages(
  scan: PythonPath, installed: readonly RootSource[], { environment, arch, exclude }: InstalledPackages, pythonVersion: string,
): PythonPart[] {
  return ofEnvironment(scan, installed, environment).map((source) => packages(source, { path: source.path, pythonVersion, arch, exclude }));
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

/** A root, and what was left out of it. */
interface PythonPart {
  readonly source: RootSource;
  readonly notes: PathNote[];
}

/** Roots come before the image's own packages on the path, so a second Ray or Arrow would be half imported. */
function packages(root: RootSource, { path, pythonVersion, arch, exclude }: PackageDirectory): PythonPart {
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

function leftToImage(path: string, hasEditables: boolean): PathNote {
  return { path, reason: `installed packages: the image has its own${hasEditables ? '; of editable installs the metadata ships' : ''}` };
}
