import { Ec2NodeClassV1Spec } from '../ec2-node-class';
import { Target } from '../kuberay-versions';
import { KueueKey, QueuedObject } from '../kueue';
import { ManagedNodeGroupSpec } from '../managed-node-group';
import { NodePoolV1Spec } from '../node-pool-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { RayObject } from '../ray-object';
import { CronJobSpec } from '../scheduled-submit';
import { Acknowledged } from './acknowledgement';
import * as catalogue from './catalogue';
import { HeadPoolReadiness } from './cold-start';
import { completeCluster, completeJob } from './complete';
import { GuardedCluster } from './guarded-pods';
import { HEAD_NODE_GROUP_RULES } from './head-node-group';
import { PulledGroups } from './image-pre-pull';
import { ImagePython } from './image-python';
import { JobPlacement } from './job-placement';
import { mapOr } from './maps-and-lists';
import { NameReads } from './names';
import { Namesake } from './object-names';
import { GroupOnPool, HeadsOnPool, LabelledPools, PodOnNodes } from './pools';
import { below, Finding, findings } from './rule';
import { EnvironmentGuards } from './safety';
import { ScheduledCode } from './schedules';
import { BundledUdf } from './udf-modules';
import { ViewTables } from './views';

/** Checks a `RayCluster.spec` against every rule that is an error, for the operator that is to read it. */
export function checkRayCluster(spec: RayClusterV1Spec, target: Target): Finding[] {
  return [...findings(catalogue.RAY_CLUSTER_SHAPE_RULES, spec, target), ...findings(catalogue.RAY_CLUSTER_RULES, completeCluster(spec), target)];
}

/** Checks a RayCluster by its name, its annotations and its spec, and finds what would make it safer, cheaper or quicker to start. */
export function checkRayClusterObject({ metadata, spec }: RayObject<RayClusterV1Spec>, target: Target): Finding[] {
  return [...findings(catalogue.RAY_CLUSTER_NAME_RULES, metadata.name, target), ...checkRayClusterOf(metadata, spec, target)];
}

/** Checks the cluster of an object of KubeRay, whose annotations hold for it. */
export function checkRayClusterOf(metadata: RayObject<unknown>['metadata'], spec: RayClusterV1Spec, target: Target): Finding[] {
  const misshapen = findings(catalogue.RAY_CLUSTER_SHAPE_RULES, spec, target);
  if (misshapen.length > 0) { // what else is wrong, nobody can tell
    return misshapen;
  }
  const cluster = completeCluster(spec);
  return [
    ...findings(catalogue.RAY_CLUSTER_OBJECT_RULES, { metadata, spec: cluster }, target),
    ...findings(catalogue.RAY_CLUSTER_RULES, cluster, target),
    ...findings(catalogue.RAY_CLUSTER_ADVICE, cluster, target),
  ];
}

/** Checks that the guards of a cluster of ours find its pods. Others have no such guards. */
export function checkGuardedCluster({ label, spec }: GuardedCluster, target: Target): Finding[] {
  return findings(catalogue.GUARDED_CLUSTER_RULES, { label, spec: completeCluster(spec) }, target);
}

/** Checks that nobody read the name of a RayCluster or a RayJob before it was final. */
export function checkNameReads(reads: NameReads, target: Target): Finding[] {
  return findings(catalogue.NAME_READ_RULES, reads, target);
}

/** Finds objects that Kubernetes takes for one. */
export function checkObjectNames(namesakes: readonly Namesake[], target: Target): Finding[] {
  return findings(catalogue.OBJECT_NAME_RULES, namesakes, target);
}

/** Finds objects that are written to one file. */
export function checkObjectFiles(namesakes: readonly Namesake[], target: Target): Finding[] {
  return findings(catalogue.OBJECT_FILE_RULES, namesakes, target);
}

/** Checks that an image can have the Python that it is said to have. */
export function checkImagePython(image: ImagePython, target: Target): Finding[] {
  return findings(catalogue.IMAGE_RULES, image, target);
}

/** Finds what would make an environment safer. */
export function adviseOnEnvironment(guards: EnvironmentGuards, target: Target): Finding[] {
  return findings(catalogue.ENVIRONMENT_ADVICE, guards, target);
}

/** Checks that the other checks of a `NodePool.spec` can read it. */
export function checkNodePoolShape(spec: NodePoolV1Spec, target: Target): Finding[] {
  return findings(catalogue.NODE_POOL_SHAPE_RULES, spec, target);
}

/** Checks a `NodePool.spec` that is meant for Ray heads. */
export function checkHeadNodePool(spec: NodePoolV1Spec, target: Target): Finding[] {
  return findings(catalogue.HEAD_NODE_POOL_RULES, spec, target);
}

/** Checks a managed node group that is meant for Ray heads. */
export function checkHeadNodeGroup(group: ManagedNodeGroupSpec, target: Target): Finding[] {
  return findings(HEAD_NODE_GROUP_RULES, group, target);
}

/** Checks that the limit of a pool leaves room for its heads. */
export function checkHeadsOnPool(heads: HeadsOnPool, target: Target): Finding[] {
  return findings(catalogue.HEADS_ON_POOL_RULES, heads, target);
}

/** Checks a `NodePool.spec` that is meant for Ray workers. */
export function checkWorkerNodePool(spec: NodePoolV1Spec, target: Target): Finding[] {
  return findings(catalogue.WORKER_NODE_POOL_RULES, spec, target);
}

/** Checks an `EC2NodeClass.spec`. */
export function checkEc2NodeClass(spec: Ec2NodeClassV1Spec, target: Target): Finding[] {
  return findings(catalogue.EC2_NODE_CLASS_RULES, spec, target);
}

/** Checks that no pod has to choose between pools. */
export function checkPoolLabels(pools: LabelledPools, target: Target): Finding[] {
  return findings(catalogue.POOL_LABEL_RULES, pools, target);
}

/** Checks that a pod fits on the nodes that it is to run on. */
export function checkPodOnPool(pod: PodOnNodes, target: Target): Finding[] {
  return findings(catalogue.POD_ON_POOL_RULES, pod, target);
}

/** Checks that a worker fits on the nodes of its pool, and all of its group on all of them. */
export function checkGroupOnPool(group: GroupOnPool, target: Target): Finding[] {
  const errors = checkPodOnPool(group, target);
  return errors.length > 0 ? errors : findings(catalogue.GROUP_ON_POOL_ADVICE, group, target);
}

/** Finds what would let heads start sooner. */
export function adviseOnHeadNodePool(readiness: HeadPoolReadiness, target: Target): Finding[] {
  return findings(catalogue.HEAD_NODE_POOL_ADVICE, readiness, target);
}

/** Checks that a job can run on the worker groups of its environment. */
export function checkJobPlacement(placement: JobPlacement, target: Target): Finding[] {
  return findings(catalogue.JOB_RULES, placement, target);
}

/** Checks a `CronJob.spec` that submits a job. */
export function checkSchedule(spec: CronJobSpec, target: Target): Finding[] {
  const misshapen = findings(catalogue.SCHEDULE_SHAPE_RULES, spec, target);
  return misshapen.length > 0 ? misshapen : findings(catalogue.SCHEDULE_RULES, spec, target);
}

/** Checks that the views of an environment have a beginning. */
export function checkViews(views: ViewTables, target: Target): Finding[] {
  return findings(catalogue.VIEW_RULES, views, target);
}

/** Finds functions whose modules do not ship. */
export function adviseOnBundledUdfs(udfs: readonly BundledUdf[], target: Target): Finding[] {
  return udfs.flatMap((udf) => findings(catalogue.BUNDLED_UDF_ADVICE, udf, target));
}

/** Finds code that no scheduled run could have. */
export function adviseOnScheduledCode(code: ScheduledCode, target: Target): Finding[] {
  return findings(catalogue.SCHEDULED_CODE_ADVICE, code, target);
}

/** Checks a RayJob by its name, its annotations and its spec, the cluster in it included. */
export function checkRayJob(job: RayObject<RayJobV1Spec>, target: Target): Finding[] {
  return [...findings(catalogue.RAY_JOB_NAME_RULES, job.metadata.name, target), ...checkRayJobSpec(job, target)];
}

/** Checks what a RayJob says, whatever it is called: one that selects a cluster has none of its own to check. */
export function checkRayJobSpec({ metadata, spec }: RayObject<RayJobV1Spec>, target: Target): Finding[] {
  const { rayClusterSpec }: RayJobV1Spec = mapOr(spec, {});
  const clusters = rayClusterSpec ? [rayClusterSpec] : [];
  return [
    ...findings(catalogue.RAY_JOB_RULES, completeJob(spec), target),
    ...clusters.flatMap((cluster) => below('rayClusterSpec', checkRayClusterOf(metadata, cluster, target))),
  ];
}

/** Checks a RayCluster against what Kueue wants of it. Without the label of a queue it wants nothing. */
export function checkQueuedCluster(cluster: QueuedObject<RayClusterV1Spec>, target: Target): Finding[] {
  if (!isQueued(cluster)) {
    return [];
  }
  const subject = { ...cluster, spec: completeCluster(cluster.spec), managedBy: cluster.spec.managedBy, otherPodSets: 0, at: '' };
  return findings(catalogue.QUEUED_CLUSTER_RULES, subject, target);
}

/** Checks a RayJob, the cluster in it included, against what Kueue wants of it. Without the label of a queue it wants nothing. */
export function checkQueuedJob(job: QueuedObject<RayJobV1Spec>, target: Target): Finding[] {
  const { rayClusterSpec = {}, submissionMode = 'K8sJobMode', managedBy } = job.spec;
  const otherPodSets = submissionMode === 'K8sJobMode' ? 1 : 0;
  const cluster = { ...job, spec: completeCluster(rayClusterSpec), managedBy, otherPodSets, at: 'rayClusterSpec.' };
  return isQueued(job) ? [...findings(catalogue.QUEUED_JOB_RULES, job, target), ...findings(catalogue.QUEUED_CLUSTER_RULES, cluster, target)] : [];
}

function isQueued({ metadata }: RayObject<unknown>): boolean {
  return metadata.labels?.[KueueKey.QUEUE_NAME] !== undefined;
}

/** Checks that it is known onto which nodes images are to be pulled. */
export function checkPulledGroups(pulled: PulledGroups, target: Target): Finding[] {
  return findings(catalogue.PULLED_GROUP_RULES, pulled, target);
}

/** Finds what would have Geneva refuse jobs on a cluster. */
export function adviseOnGenevaClient(spec: RayClusterV1Spec, target: Target): Finding[] {
  return findings(catalogue.GENEVA_CLIENT_ADVICE, spec, target);
}

/** Finds acknowledgements that match nothing. */
export function checkAcknowledgements(acknowledged: Acknowledged, target: Target): Finding[] {
  return findings(catalogue.ACKNOWLEDGEMENT_RULES, acknowledged, target);
}
