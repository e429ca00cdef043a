import { whyNotAsked } from '../../bundler/not-asked';
import { planBundle } from '../../bundler/plan';
import { readPlanFile } from '../../bundler/plan-file';
import { BundleDescriptor } from '../../descriptor/stack-descriptor';
import { BundleState, bundleState } from '../publish-stack';
import { Stack } from '../stack';
import { Target } from '../target';

/** What is known of a bundle, and what a reader of the plan has to know about it. */
export interface KnownBundle {
  readonly state: Partial<BundleState>;
  readonly note?: string;
}

/**
 * Looks at a bundle for a plan. This machine counts with the files of the workspace, so there the store need not be in reach; what is
 * to be uploaded is then not told.
 *
 * @throws BundleError
 */
export async function knownBundle(stack: Stack, bundle: BundleDescriptor, target: Target | undefined): Promise<KnownBundle> {
  try {
    return { state: await bundleState(stack, bundle) };
  } catch (error) {
    if (target || stack.directory === undefined) { throw error; }
    const note = whyNotAsked(error);
    const { roots } = planBundle({ roots: readPlanFile(stack.directory, bundle.digest).roots }); // as synthesized: that is looked at before the store
    return { state: { directories: roots.map(({ directory }) => directory) }, note };
  }
}
