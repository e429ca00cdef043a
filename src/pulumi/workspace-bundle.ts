import { ComponentResource, ComponentResourceOptions, Output, output, ResourceError, runtime } from '@pulumi/pulumi';
import { planRoots } from './bundle-plan';
import { WorkspaceBundleArgs } from './workspace-bundle-args';
import { BundleError } from '../bundler/bundle-error';
import { cacheDirectory } from '../bundler/cache-directory';
import { BundlePlan } from '../bundler/plan';
import { publish } from '../bundler/publish';
import { rememberPublished } from '../bundler/published-files';
import { publishRuntime } from '../bundler/runtime-package';
import { openStore } from '../bundler/stores/open-store';
import { runtimeSource } from '../descriptor/runtime-source';
import { toolVersion } from '../descriptor/tool-version';

/**
 * The code of jobs, known by its content, and published by `pulumi up`.
 *
 * A preview hashes the files and touches no store. An `up` uploads what the store lacks, as soon as the URL of the store is known: that of a bucket of
 * the same program is, once the bucket and its guards are there. It does so in the program and not as a resource, since there is nothing to update and
 * nothing to delete: objects are named by content and created once, and jobs that run need those of yesterday. A publish that was killed goes on with
 * the next `up`.
 *
 * Credentials are those of the environment, as the SDK of the store finds them, not those of a provider in `opts`.
 */
export class WorkspaceBundle extends ComponentResource {
  /** Digest of the bundle: the same for the same content on any machine. */
  public readonly digest: Output<string>;

  /** The same digest, in `up` not before all of the bundle is in the store. What needs the code waits for it. */
  public readonly publishedDigest: Output<string>;

  /** URL of the store. */
  public readonly store: Output<string>;

  /** Python minor release that packages and compiled modules in it are for. Empty: there are none. */
  public readonly pythonVersion: Output<string>;

  /**
   * @param name name of the component
   * @param args what ships, and where to
   * @param opts as for every component
   */
  constructor(name: string, args: WorkspaceBundleArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:WorkspaceBundle', name, {}, opts);
    const { plan, pythonVersion } = planRoots(name, args.roots);
    this.digest = output(plan.digest);
    this.store = output(args.store);
    this.publishedDigest = this.store.apply(async (url) => runtime.isDryRun() ? plan.digest : this.publish(plan, url));
    this.pythonVersion = output(pythonVersion ?? '');
    this.registerOutputs({ digest: this.digest, publishedDigest: this.publishedDigest, store: this.store, pythonVersion: this.pythonVersion });
  }

  private async publish(plan: BundlePlan, url: string): Promise<string> {
    try {
      const store = openStore(url);
      const { digest } = await publish(plan, store, { tool: toolVersion() });
      await publishRuntime(runtimeSource(), store);
      rememberPublished(cacheDirectory(), store.url, plan);
      return digest;
    } catch (error) {
      if (!(error instanceof BundleError)) { throw error; }
      throw new ResourceError(`${error.message}.\n  Fix: ${error.fix}`, this, true);
    }
  }
}
