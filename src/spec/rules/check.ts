import { Target } from '../kuberay-versions';
import { NodePoolV1Spec } from '../node-pool-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { HEAD_NODE_POOL_RULES, JOB_RULES, RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_RULES } from './catalogue';
import { JobPlacement } from './job-placement';
import { Finding, findings } from './rule';

/** Checks a `RayCluster.spec` against every rule, for the operator that is to read it. */
export function checkRayCluster(spec: RayClusterV1Spec, target: Target): Finding[] {
  return findings(RAY_CLUSTER_RULES, spec, target);
}

/** Checks the name of a RayCluster. */
export function checkRayClusterName(name: string, target: Target): Finding[] {
  return findings(RAY_CLUSTER_NAME_RULES, name, target);
}

/** Checks a `NodePool.spec` that is meant for Ray heads. */
export function checkHeadNodePool(spec: NodePoolV1Spec, target: Target): Finding[] {
  return findings(HEAD_NODE_POOL_RULES, spec, target);
}

/** Checks that a job can run on the worker groups of its environment. */
export function checkJobPlacement(placement: JobPlacement, target: Target): Finding[] {
  return findings(JOB_RULES, placement, target);
}
