import { fileURLToPath } from 'url';
import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { BundleRoot } from './bundle-root';
import { BundleStore } from './bundle-store';
import { OPTIONS } from './known-options';
import { requireObject } from './require-object';
import { requireKnown, requireOptions } from './require-options';
import { BundleError } from '../bundler/bundle-error';
import { longestNameFound, planBundle, PlannedRoot } from '../bundler/plan';
import { writePlanFile } from '../bundler/plan-file';
import { withoutWritten } from '../bundler/written-below';
import { invalidValue } from '../spec/invalid-value';

/** What ships, and where to. */
export interface WorkspaceBundleProps {
  /** The directories that ship, in the order of Python's path. At least one. */
  readonly roots: BundleRoot[];

  /** Where the bundle is kept. */
  readonly store: BundleStore;
}

/**
 * The code of an environment's jobs, known by its content.
 *
 * Synth hashes the files and touches no network. `geneva-stack submit` publishes what the store lacks; to find the files again it reads the plan
 * that synth leaves beside the manifests, with paths of this machine, which is never applied nor published. What synth and publish write does not ship,
 * where it lies in a root: the output directory of the app, and a store that is a directory.
 */
export class WorkspaceBundle extends Construct {
  /** Digest of the bundle: the same for the same content on any machine. */
  public readonly digest: string;

  /** Where the bundle is kept. */
  public readonly store: BundleStore;

  /** What was left out of the roots and why, a line each. With paths of this machine: to print, not to ship. */
  public readonly notes: string[];

  /** Python minor release that the packages and compiled modules in the bundle are for. Nothing when there are none. */
  public readonly pythonVersion?: string;

  private readonly plannedRoots: readonly PlannedRoot[];

  /**
   * @param scope what the bundle belongs to
   * @param id name of the construct in its scope
   * @param props what ships, and where to
   * @throws when a root can't ship, such as a directory that doesn't exist or holds a private key
   */
  constructor(scope: Construct, id: string, props: WorkspaceBundleProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.WORKSPACE_BUNDLE);
    if (new.target === WorkspaceBundle) { requireKnown(this.node.path, props, OPTIONS.WORKSPACE_BUNDLE); }
    requireRootsAndStore(this, props);
    const { outdir } = App.of(this);
    const written = [outdir, ...props.store.url.startsWith('file:') ? [fileURLToPath(props.store.url)] : []];
    const { found, plan } = this.told(() => planned(props.roots, written));
    writePlanFile(outdir, plan);
    this.digest = plan.digest;
    this.plannedRoots = plan.roots;
    this.store = props.store;
    this.notes = [...found.flatMap(({ notes }) => notes), ...plan.heldBack].map(({ path, reason }) => `${path}: ${reason}`);
    this.pythonVersion = this.onlyOne([...found, ...plan.roots].flatMap(({ pythonVersion }) => pythonVersion ?? []));
  }

  /**
   * As much of a module's dotted name as Python finds in one of the roots.
   *
   * @internal
   */
  public _nameFound(module: string): string {
    return longestNameFound(this.plannedRoots, module);
  }

  /** An error of the bundler with all of it in its message: at synth nobody else prints what to do. */
  private told<T>(plan: () => T): T {
    try {
      return plan();
    } catch (error) {
      throw error instanceof BundleError ? new Error(`${this.node.path}: ${error.message}. Fix: ${error.fix} [${error.code}]`) : error;
    }
  }

  private onlyOne(pythonVersions: string[]): string | undefined {
    const different = [...new Set(pythonVersions)];
    if (different.length > 1) {
      throw invalidValue({ path: this.node.path, at: 'roots', got: different, expected: 'packages for one Python', fix: 'install all of them with the Python of the image' });
    }
    return different[0];
  }
}

/** Where no types do: a path in place of a root or a store. */
function requireRootsAndStore(bundle: WorkspaceBundle, { roots, store }: WorkspaceBundleProps): void {
  const each: unknown[] = Array.isArray(roots) ? roots : [roots];
  each.forEach((got, i) => {
    const fix = `BundleRoot.workspace(${JSON.stringify(typeof got === 'string' ? got : 'src')})`;
    requireObject(bundle.node.path, { at: `roots[${i}]`, got, has: '_roots', expected: 'a BundleRoot', fix });
  });
  requireObject(bundle.node.path, { at: 'store', got: store, has: 'url', expected: 'a BundleStore', fix: "store: BundleStore.s3('acme-bundles'), or .gcs, .azure, .local" });
}

function planned(roots: readonly BundleRoot[], written: readonly string[]) {
  const found = roots.map((root) => root._roots());
  return { found, plan: planBundle({ roots: found.flatMap((each) => each.roots).map((root) => withoutWritten(root, written)) }) };
}
