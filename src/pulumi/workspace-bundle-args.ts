import { Input } from '@pulumi/pulumi';

/** A directory of the Python path that ships. */
export interface BundleRootArgs {
  /** The directory on this machine. It never leaves it, only the content does. */
  readonly path: string;

  /**
   * What it holds: `workspace` for the code that you write, `site-packages` for installed packages.
   *
   * @default 'workspace'
   */
  readonly kind?: string;

  /**
   * More paths to leave out, in gitignore syntax, relative to the directory.
   *
   * @default - only what is never code, such as version control and caches
   */
  readonly exclude?: string[];

  /**
   * What becomes of notebooks, which change whenever they run: `exclude`, or `isolate` to ship them apart from the code.
   *
   * @default 'exclude'
   */
  readonly notebooks?: string;

  /**
   * Processor of the nodes that the jobs run on: `x86_64` or `aarch64`. Compiled modules for another one are refused.
   *
   * @default 'x86_64'
   */
  readonly architecture?: string;

  /**
   * Python minor release that installed packages are for, such as `3.12`. Needed for `site-packages`.
   *
   * @default - none
   */
  readonly pythonVersion?: string;
}

/** What a WorkspaceBundle needs. */
export interface WorkspaceBundleArgs {
  /** The directories that ship, in the order of Python's path. At least one. */
  readonly roots: BundleRootArgs[];

  /** URL of the store that keeps the bundle, such as `s3://acme/bundles/`. For a bucket of this program: `storeUrl` of the BundleBucket. */
  readonly store: Input<string>;
}
