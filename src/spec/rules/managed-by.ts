import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { RayServiceV1Spec } from '../ray-service-types';
import { refused } from './refused';
import { Rule } from './rule';

const MANAGERS = ['ray.io/kuberay-operator', 'kueue.x-k8s.io/multikueue'];

const MANAGER = {
  severity: 'error',
  since: '1.3',
  source: 'CEL rules of the CRDs: the value is one of two, and can never change',
  why: 'The API server refuses the object.',
  check: ({ managedBy }: { readonly managedBy?: string }) => refused(
    managedBy !== undefined && !MANAGERS.includes(managedBy), 'managedBy', managedBy, `nothing, or one of ${MANAGERS.join(', ')}`,
  ),
} as const;

export const clusterManagerIsKnown: Rule<RayClusterV1Spec> = { ...MANAGER, id: 'RAY-S6', title: 'Who manages a cluster is KubeRay or MultiKueue.' };

export const jobManagerIsKnown: Rule<RayJobV1Spec> = { ...MANAGER, id: 'JOB-S6', title: 'Who manages a job is KubeRay or MultiKueue.' };

export const serviceManagerIsKnown: Rule<RayServiceV1Spec> = { ...MANAGER, id: 'SVC-S6', title: 'Who manages a service is KubeRay or MultiKueue.' };
