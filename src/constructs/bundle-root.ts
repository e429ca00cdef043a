import { OPTIONS } from './known-options';
import { requireKnown } from './require-options';
import { BundledPackagesOptions, PackageArchitecture, SitePackages } from './site-packages';
import { packageRoot, PythonRoots, pythonRoots } from '../bundler/python/python-roots';
import { invalidValue } from '../spec/invalid-value';

/** What becomes of notebooks, which change whenever they run. */
export enum Notebooks {
  /** They don't ship. */
  EXCLUDE = 'exclude',
  /** They ship apart from the code, so that running one ships it alone. */
  ISOLATE = 'isolate',
}

/** Which files of a directory ship. */
export interface BundleRootOptions {
  /**
   * More paths to leave out, in gitignore syntax, relative to the root.
   *
   * @default - only what is never code, such as version control and caches
   */
  readonly exclude?: string[];

  /**
   * What becomes of notebooks.
   *
   * @default Notebooks.EXCLUDE
   */
  readonly notebooks?: Notebooks;

  /**
   * Processor of the nodes that the jobs run on. Compiled modules for another one, or for another system, are refused.
   *
   * @default - that of `sitePackages` if there is one, otherwise PackageArchitecture.X86_64
   */
  readonly architecture?: PackageArchitecture;
}

/** Which packages a directory holds. */
export interface SitePackagesRootOptions extends BundledPackagesOptions {
  /** Python minor release that they were installed for: `3.12`. */
  readonly pythonVersion: string;
}

/** Which Python to ask, and what of its path ships. */
export interface PythonPathOptions extends BundleRootOptions {
  /** Directory of the code you write, first on the path. `exclude` and `notebooks` are about it. */
  readonly workspace: string;

  /**
   * Path or name of the Python whose path it is, such as `.venv/bin/python`.
   *
   * @default - that of the environment of `sitePackages`, otherwise `python3`
   */
  readonly interpreter?: string;

  /**
   * Where the cluster has the installed packages from.
   *
   * @default SitePackages.inImage()
   */
  readonly sitePackages?: SitePackages;
}

/** Directories of the Python path that ship to the cluster. */
export class BundleRoot {
  /**
   * The code you write: modules in it are imported from the top, `features/text.py` as `features.text`.
   *
   * @param path directory on this machine; it never leaves it, only the content does
   * @param options which files ship
   * @throws when there is no directory
   */
  public static workspace(path: string, options: BundleRootOptions = {}): BundleRoot {
    requireDirectory('BundleRoot.workspace', 'path', path);
    requireKnown('BundleRoot.workspace', options, OPTIONS.BUNDLE_ROOT);
    const { exclude, notebooks, architecture } = options;
    const runsOn = { arch: architecture ?? PackageArchitecture.X86_64 };
    return new BundleRoot(() => ({ roots: [{ kind: 'workspace', path, exclude, notebooks, runsOn }], notes: [] }));
  }

  /**
   * The code you write and all else that a Python finds on its path, but the standard library: editable installs where their sources are, directories
   * named by `.pth` files and PYTHONPATH, and, if wanted, installed packages.
   *
   * The Python is asked when a bundle is made of it.
   *
   * @param options which Python, and what of its path
   */
  public static pythonPath(options: PythonPathOptions): BundleRoot {
    requireKnown('BundleRoot.pythonPath', options, OPTIONS.PYTHON_PATH);
    requireDirectory('BundleRoot.pythonPath', 'workspace', options.workspace);
    const { workspace, interpreter, exclude, notebooks, architecture } = options;
    const packages = options.sitePackages?._packages();
    return new BundleRoot(() => pythonRoots({ workspace: { path: workspace, exclude, notebooks }, interpreter, packages, arch: architecture }));
  }

  /**
   * A directory of installed packages, such as `pip install --target` makes.
   *
   * Ray, Lance and Arrow stay behind, since all processes of a cluster must have those of the image.
   *
   * @param path directory on this machine
   * @param options which Python the packages are for
   */
  public static sitePackages(path: string, options: SitePackagesRootOptions): BundleRoot {
    requireDirectory('BundleRoot.sitePackages', 'path', path);
    requireKnown('BundleRoot.sitePackages', options, OPTIONS.SITE_PACKAGES_ROOT);
    const { pythonVersion, architecture, exclude } = options;
    return new BundleRoot(() => packageRoot({ path, pythonVersion, arch: architecture ?? PackageArchitecture.X86_64, exclude }));
  }

  private constructor(private readonly find: () => PythonRoots) {}

  /**
   * As the bundler takes it. Reads the machine.
   *
   * @internal
   */
  public _roots(): PythonRoots {
    return this.find();
  }
}

function requireDirectory(path: string, at: string, got: unknown): void {
  if (typeof got !== 'string' || got === '') {
    throw invalidValue({ path, at, got, expected: 'a directory', fix: at === 'path' ? `${path}('src')` : `${at}: 'src'` });
  }
}
