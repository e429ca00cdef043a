import { NodePoolV1Spec } from '../node-pool-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import * as autoscaler from './autoscaler';
import * as groups from './groups';
import * as headPool from './head-pool';
import * as jobPlacement from './job-placement';
import * as names from './names';
import { Rule } from './rule';
import * as security from './security';
import * as target from './target';

export const RAY_CLUSTER_NAME_RULES: readonly Rule<string>[] = [names.rayClusterName];

export const RAY_CLUSTER_RULES: readonly Rule<RayClusterV1Spec>[] = [
  target.targetIsSupported,
  target.fieldsAreKnown,
  autoscaler.exactRayVersion,
  names.groupNamesAreUnique,
  names.groupName,
  groups.resourcesAreSaidOnce,
  groups.replicasAreARange,
  autoscaler.idleTimeoutNeedsV2,
  autoscaler.idleTimeoutKeepsAWorker,
  autoscaler.priorityNeedsV2AndRay,
  autoscaler.clusterIdleTimeout,
  autoscaler.oneSwitchForTheVersion,
  autoscaler.v2NeverRestartsInPlace,
  security.tokenNeedsRay,
  security.authModeIsWrittenOut,
];

export const HEAD_NODE_POOL_RULES: readonly Rule<NodePoolV1Spec>[] = [
  headPool.headIsNeverSpot,
  headPool.headNodeNeverExpires,
  headPool.headNodeDrainsInFull,
  headPool.headNodesStay,
  headPool.poolKeepsOthersAway,
  headPool.poolHasALimit,
];

export const JOB_RULES: readonly Rule<jobPlacement.JobPlacement>[] = [jobPlacement.groupExists, jobPlacement.copyFitsOnAWorker];
