import { Construct } from 'constructs';
import type { CloudIdentity } from './cloud-identity';
import type { NetworkIsolation } from './network-isolation';
import { RayClusterOptions } from './ray-cluster-options';
import { requireObject, requireObjectIfGiven } from './require-object';
import type { WorkspaceBundle } from './workspace-bundle';
import { invalidValue } from '../spec/invalid-value';

/** What a cluster is given that others made. */
export interface ClusterParts extends Pick<RayClusterOptions, 'image' | 'headPool'> {
  readonly workspace?: WorkspaceBundle;
  readonly networkIsolation?: NetworkIsolation;
  readonly cloudIdentity?: CloudIdentity;
}

/**
 * Refuses a cluster without an image or without a place for its head, and parts that are something else, where no types do.
 *
 * @throws at the construct itself: synth would speak of a field of undefined
 */
export function requireParts(construct: Construct, { image, headPool, workspace, networkIsolation, cloudIdentity }: ClusterParts): void {
  if (typeof image?.rayVersion !== 'string' || typeof image.image !== 'string') {
    const name = typeof image === 'string' ? image : 'ghcr.io/acme/features:1';
    const fix = `image: RayImage.fromRegistry(${JSON.stringify(name)}, { rayVersion: "2.54.0", pythonVersion: "3.12" }), with the versions in the image`;
    throw invalidValue({ path: construct.node.path, at: 'image', got: image, expected: 'a RayImage', fix });
  }
  requireObject(construct.node.path, { at: 'headPool', got: headPool, has: '_bind', expected: 'a HeadNodePool', fix: 'headPool: HeadNodePool.karpenter()' });
  const root = JSON.stringify(typeof workspace === 'string' ? workspace : 'src');
  const bundle = `new WorkspaceBundle(scope, 'Code', { roots: [BundleRoot.workspace(${root})], store: BundleStore.s3('acme-bundles') })`;
  requireObjectIfGiven(construct.node.path, { at: 'workspace', got: workspace, has: '_nameFound', expected: 'a WorkspaceBundle', fix: `workspace: ${bundle}` });
  requireObjectIfGiven(construct.node.path, { at: 'networkIsolation', got: networkIsolation, has: '_bind', expected: 'a NetworkIsolation', fix: 'networkIsolation: NetworkIsolation.enforced()' });
  requireObjectIfGiven(construct.node.path, { at: 'cloudIdentity', got: cloudIdentity, has: '_spec', expected: 'a CloudIdentity', fix: 'cloudIdentity: CloudIdentity.eksPodIdentity()' });
}
