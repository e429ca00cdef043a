import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { BundleRoot } from './bundle-root';
import { BundleStore } from './bundle-store';
import { OPTIONS, requireKnown } from './known-options';
import { planBundle } from '../bundler/plan';
import { writePlanFile } from '../bundler/plan-file';
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
 * that synth leaves beside the manifests, with paths of this machine, which is never applied nor published.
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

  /**
   * @param scope what the bundle belongs to
   * @param id name of the construct in its scope
   * @param props what ships, and where to
   * @throws when a root can't ship, such as a directory that doesn't exist or holds a private key
   */
  constructor(scope: Construct, id: string, props: WorkspaceBundleProps) {
    super(scope, id);
    if (new.target === WorkspaceBundle) { requireKnown(this.node.path, props, OPTIONS.WORKSPACE_BUNDLE); }
    const found = props.roots.map((root) => root._roots());
    const plan = planBundle({ roots: found.flatMap(({ roots }) => roots) });
    writePlanFile(App.of(this).outdir, plan);
    this.digest = plan.digest;
    this.store = props.store;
    this.notes = [...found.flatMap(({ notes }) => notes), ...plan.heldBack].map(({ path, reason }) => `${path}: ${reason}`);
    this.pythonVersion = this.onlyOne([...found, ...plan.roots].flatMap(({ pythonVersion }) => pythonVersion ?? []));
  }

  private onlyOne(pythonVersions: string[]): string | undefined {
    const different = [...new Set(pythonVersions)];
    if (different.length > 1) {
      throw invalidValue({ path: this.node.path, at: 'roots', got: different, expected: 'packages for one Python', fix: 'install all of them with the Python of the image' });
    }
    return different[0];
  }
}
