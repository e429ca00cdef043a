import { Construct } from 'constructs';
import { RayClusterOptions } from './ray-cluster-options';
import { invalidValue } from '../spec/invalid-value';

/**
 * Refuses a cluster without an image or without a place for its head, where no types do.
 *
 * @throws at the construct itself: synth would speak of a field of undefined
 */
export function requireParts(construct: Construct, { image, headPool }: RayClusterOptions): void {
  const { path } = construct.node;
  if (typeof image?.rayVersion !== 'string' || typeof image.image !== 'string') {
    const name = typeof image === 'string' ? image : 'ghcr.io/acme/features:1';
    const fix = `image: RayImage.fromRegistry(${JSON.stringify(name)}, { rayVersion: "2.54.0", pythonVersion: "3.12" }), with the versions in the image`;
    throw invalidValue({ path, at: 'image', got: image, expected: 'a RayImage', fix });
  }
  if (typeof headPool?._bind !== 'function') {
    throw invalidValue({ path, at: 'headPool', got: headPool, expected: 'a HeadNodePool', fix: 'headPool: HeadNodePool.karpenter()' });
  }
}
