import { RootSource } from '../bundler/plan';

/** Which files of a directory ship. */
export interface BundleRootOptions {
  /**
   * More paths to leave out, in gitignore syntax, relative to the root.
   *
   * @default - only what is never code, such as version control and caches
   */
  readonly exclude?: string[];
}

/** A directory of the Python path that ships to the cluster. */
export class BundleRoot {
  /**
   * The code you write: modules in it are imported from the top, `features/text.py` as `features.text`.
   *
   * @param path directory on this machine; it never leaves it, only the content does
   * @param options which files ship
   */
  public static workspace(path: string, options: BundleRootOptions = {}): BundleRoot {
    return new BundleRoot({ kind: 'workspace', path, exclude: options.exclude });
  }

  private constructor(private readonly source: RootSource) {}

  /**
   * As the bundler takes it.
   *
   * @internal
   */
  public _source(): RootSource {
    return this.source;
  }
}
