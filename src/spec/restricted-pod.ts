import { ContainerSecurity, PodSecurity } from './kubernetes-types';

/** A container as the Pod Security Standard `restricted` wants it, on a file system that it can't write. */
export const RESTRICTED_CONTAINER: ContainerSecurity = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** A pod as the Pod Security Standard `restricted` wants it. */
export function restrictedPod(runAsUser: number): PodSecurity {
  return { runAsNonRoot: true, runAsUser, seccompProfile: { type: 'RuntimeDefault' } };
}
