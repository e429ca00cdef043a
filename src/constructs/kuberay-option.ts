import { KubeRayVersion } from './kuberay-version';
import { requireObjectIfGiven } from './require-object';

/**
 * Refuses an operator, where one was given, that is no KubeRayVersion: the default would be taken for it.
 *
 * @param path construct path
 */
export function requireKubeRay(path: string, at: string, got: unknown): void {
  requireObjectIfGiven(path, { at, got, has: 'withFeatures', expected: 'a KubeRayVersion', fix: `kuberay: ${meantVersion(got)}` });
}

/** The release that a text or a number names. */
function meantVersion(got: unknown): string {
  const [minor] = /\d+\.\d+/.exec(typeof got === 'object' ? '' : String(got)) ?? [];
  const constant = Object.entries(KubeRayVersion).find(([, version]) => version.minor === minor)?.[0];
  return minor === undefined ? 'KubeRayVersion.V1_7' : `KubeRayVersion.${constant ?? `of(${JSON.stringify(minor)})`}`;
}
