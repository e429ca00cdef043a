import { Ec2NodeClassV1Spec } from '../ec2-node-class';
import { QueuedCluster, QueuedObject } from '../kueue';
import { NodePoolV1Spec } from '../node-pool-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { RayJobV1Spec } from '../ray-job-types';
import { RayObject } from '../ray-object';
import { RayCronJobV1Spec, RayServiceV1Spec } from '../ray-service-types';
import { CronJobSpec } from '../scheduled-submit';
import * as acknowledgement from './acknowledgement';
import * as annotations from './annotations';
import * as autoscaler from './autoscaler';
import * as coldStart from './cold-start';
import * as containerAmounts from './container-amounts';
import * as cost from './cost';
import * as fieldNames from './field-names';
import * as gcsBackend from './gcs-backend';
import * as gcs from './gcs-fault-tolerance';
import * as geneva from './geneva';
import * as groups from './groups';
import * as guardedPods from './guarded-pods';
import * as headPool from './head-pool';
import * as historyServer from './history-server';
import * as imagePrePull from './image-pre-pull';
import * as imagePython from './image-python';
import * as jobDeletion from './job-deletion';
import * as jobPlacement from './job-placement';
import * as jobText from './job-text';
import * as managedBy from './managed-by';
import * as misshapen from './misshapen';
import * as names from './names';
import * as nodeClass from './node-class';
import * as objectNames from './object-names';
import * as networkPolicy from './operator-network-policy';
import * as tls from './operator-tls';
import * as pools from './pools';
import * as queue from './queue';
import * as rayCronJob from './ray-cron-job';
import * as rayJob from './ray-job';
import * as rayService from './ray-service';
import { Rule } from './rule';
import * as safety from './safety';
import * as schedules from './schedules';
import * as security from './security';
import * as sizes from './sizes';
import * as target from './target';
import * as udfModules from './udf-modules';
import * as views from './views';

export const RAY_CLUSTER_NAME_RULES: readonly Rule<string>[] = [names.rayClusterName];

export const NAME_READ_RULES: readonly Rule<names.NameReads>[] = [names.nameIsReadLast];

export const RAY_CLUSTER_SHAPE_RULES: readonly Rule<RayClusterV1Spec>[] = [misshapen.clusterHasItsShape];

export const NODE_POOL_SHAPE_RULES: readonly Rule<NodePoolV1Spec>[] = [misshapen.poolHasItsShape];

export const SCHEDULE_SHAPE_RULES: readonly Rule<CronJobSpec>[] = [misshapen.scheduleHasItsShape];

export const RAY_CLUSTER_RULES: readonly Rule<RayClusterV1Spec>[] = [
  target.targetIsSupported,
  target.fieldsAreKnown,
  fieldNames.clusterFieldsHaveTheirNames,
  target.gatesAreOn,
  autoscaler.exactRayVersion,
  names.groupNamesAreUnique,
  names.groupName,
  groups.groupHasAContainer,
  groups.startParametersAreTexts,
  groups.resourcesAreSaidOnce,
  groups.labelsAreNoStartParam,
  groups.labelsAreOfKubernetes,
  groups.replicasAreARange,
  groups.mostReplicasAreSaid,
  groups.replicasAreWithinBounds,
  containerAmounts.amountsAreQuantities,
  containerAmounts.requestsAreWithinLimits,
  autoscaler.idleTimeoutNeedsV2,
  autoscaler.idleTimeoutKeepsAWorker,
  autoscaler.priorityNeedsV2AndRay,
  autoscaler.clusterIdleTimeout,
  autoscaler.oneSwitchForTheVersion,
  autoscaler.switchNeedsAutoscaling,
  autoscaler.v2NeverRestartsInPlace,
  autoscaler.autoscaledGroupIsNotSuspended,
  autoscaler.startCommandIsTheOperators,
  autoscaler.intervalIsWholeSeconds,
  autoscaler.upscalingModeIsKnown,
  gcs.redisIsAnOption,
  gcs.redisPasswordIsAnOption,
  gcs.redisUserIsAnOption,
  gcs.redisHasAnAddress,
  gcsBackend.backendIsKnown,
  gcsBackend.embeddedStorageStandsAlone,
  gcsBackend.redisNeedsNoStorage,
  security.tokenNeedsRay,
  security.authModeIsWrittenOut,
  security.k8sTokenNeedsItsOwn,
  networkPolicy.rulesAreForWhatIsDenied,
  networkPolicy.policyIsForGroupsThatAre,
  tls.tlsIsTheOperators,
  historyServer.collectorHasAnImage,
  historyServer.collectorKnowsItsStore,
  managedBy.clusterManagerIsKnown,
];

export const RAY_CLUSTER_OBJECT_RULES: readonly Rule<RayObject<RayClusterV1Spec>>[] = [
  annotations.faultToleranceIsSaidOnce,
  annotations.storageNamespaceIsAnOption,
];

export const GUARDED_CLUSTER_RULES: readonly Rule<guardedPods.GuardedCluster>[] = [guardedPods.podsBearTheLabelOfTheirGuards];

export const RAY_CLUSTER_ADVICE: readonly Rule<RayClusterV1Spec>[] = [
  safety.callersShowAToken,
  safety.rayHasNoKnownHole,
  cost.gpuWorkersLeave,
  cost.gpuWorkersDoNotIdleForLong,
  autoscaler.v1RestartsNothingEither,
  coldStart.workersOutliveAStart,
  coldStart.imageIsPinned,
  sizes.headIsLargeEnough,
  sizes.workersAreLargeEnough,
];

export const OBJECT_NAME_RULES: readonly Rule<readonly objectNames.Namesake[]>[] = [objectNames.objectsHaveNamesOfTheirOwn];

export const OBJECT_FILE_RULES: readonly Rule<readonly objectNames.Namesake[]>[] = [objectNames.objectsHaveFilesOfTheirOwn];

export const IMAGE_RULES: readonly Rule<imagePython.ImagePython>[] = [imagePython.pythonIsOfRay];

export const ENVIRONMENT_ADVICE: readonly Rule<safety.EnvironmentGuards>[] = [safety.clusterIsIsolated];

export const HEAD_NODE_POOL_RULES: readonly Rule<NodePoolV1Spec>[] = [
  headPool.headIsNeverSpot,
  headPool.headNodeNeverExpires,
  headPool.headNodeDrainsInFull,
  headPool.headNodesStay,
  headPool.poolKeepsOthersAway,
  headPool.poolHasALimit,
  headPool.limitsAreQuantities,
  headPool.staticPoolIsLimitedByNodes,
];

export const WORKER_NODE_POOL_RULES: readonly Rule<NodePoolV1Spec>[] = [
  headPool.poolHasALimit,
  headPool.limitsAreQuantities,
  pools.poolGivesEmptyNodesBack,
];

export const EC2_NODE_CLASS_RULES: readonly Rule<Ec2NodeClassV1Spec>[] = [
  nodeClass.metadataNeedsAToken,
  nodeClass.podsDoNotReachMetadata,
  nodeClass.amiIsPinned,
  nodeClass.nodeClassIsComplete,
];

export const POOL_LABEL_RULES: readonly Rule<pools.LabelledPools>[] = [pools.poolLabelsDiffer];

export const POD_ON_POOL_RULES: readonly Rule<pools.PodOnNodes>[] = [pools.podFitsOnPool];

export const GROUP_ON_POOL_ADVICE: readonly Rule<pools.GroupOnPool>[] = [pools.poolHoldsEveryWorker];

export const HEADS_ON_POOL_RULES: readonly Rule<pools.HeadsOnPool>[] = [pools.poolHoldsItsHeads];

export const HEAD_NODE_POOL_ADVICE: readonly Rule<coldStart.HeadPoolReadiness>[] = [coldStart.headNodeIsWarm, coldStart.headPoolHasAChoice];

export const JOB_RULES: readonly Rule<jobPlacement.JobPlacement>[] = [
  jobPlacement.groupExists,
  jobPlacement.groupHasWorkers,
  jobPlacement.groupBearsItsLabel,
  jobPlacement.copyFitsOnAWorker,
  jobPlacement.copiesFitOnTheGroup,
  jobPlacement.gpusAreWholeOrAShare,
];

export const SCHEDULE_RULES: readonly Rule<CronJobSpec>[] = [
  schedules.scheduleIsCron,
  schedules.timeZoneIsKnown,
  schedules.missedRunsAreDropped,
  schedules.runsEnd,
];

export const BUNDLED_UDF_ADVICE: readonly Rule<udfModules.BundledUdf>[] = [udfModules.moduleIsInTheBundle];

export const VIEW_RULES: readonly Rule<views.ViewTables>[] = [views.viewsAreNotMadeFromThemselves, views.viewsHaveATableEach];

export const SCHEDULED_CODE_ADVICE: readonly Rule<schedules.ScheduledCode>[] = [schedules.scheduledCodeIsPublished];

export const RAY_JOB_NAME_RULES: readonly Rule<string>[] = [rayJob.rayJobName];

export const RAY_JOB_RULES: readonly Rule<RayJobV1Spec>[] = [
  rayJob.jobFieldsAreKnown,
  fieldNames.jobFieldsHaveTheirNames,
  rayJob.jobGatesAreOn,
  rayJob.jobHasOneCluster,
  rayJob.selectedClusterIsNotManaged,
  rayJob.suspendedJobShutsDown,
  rayJob.ttlNeedsShutdown,
  rayJob.oneWayToDelete,
  rayJob.clusterIsDeleted,
  rayJob.conditionIsOne,
  jobDeletion.deletionIsSaidInOneForm,
  jobDeletion.selectedClusterIsNotDeleted,
  jobDeletion.autoscaledWorkersStay,
  jobDeletion.rulesAreOrdered,
  jobDeletion.deletionAndShutdownAgree,
  rayJob.sidecarHasNoSubmitterPod,
  rayJob.deadlinesAreTimes,
  rayJob.submissionModeIsKnown,
  rayJob.textSurvivesTheShells,
  rayJob.submitterRunsOnce,
  rayJob.ownClusterIsPlain,
  jobText.runtimeEnvIsAMap,
  jobText.runtimeEnvIsKnown,
  jobText.metadataNeedsRay,
  jobText.resourcesAreNumbers,
  jobText.dashboardIsReachable,
  managedBy.jobManagerIsKnown,
];

export const RAY_SERVICE_NAME_RULES: readonly Rule<string>[] = [rayService.rayServiceName];

export const RAY_SERVICE_OBJECT_RULES: readonly Rule<RayObject<RayServiceV1Spec>>[] = [rayService.initializingTimeoutIsATime];

export const RAY_SERVICE_RULES: readonly Rule<RayServiceV1Spec>[] = [
  rayService.serviceFieldsAreKnown,
  rayService.serviceGatesAreOn,
  rayService.headServiceNamesItself,
  rayService.serviceUpgradeIsKnown,
  rayService.deletionDelayIsATime,
  rayService.stepsLeadToTheEnd,
  rayService.serviceClusterIsPlain,
  managedBy.serviceManagerIsKnown,
];

export const RAY_CRON_JOB_NAME_RULES: readonly Rule<string>[] = [rayCronJob.rayCronJobName];

export const RAY_CRON_JOB_RULES: readonly Rule<RayCronJobV1Spec>[] = [
  rayCronJob.rayCronJobIsKnown,
  rayCronJob.rayCronJobGateIsOn,
  rayCronJob.rayCronJobScheduleIsCron,
  rayCronJob.rayCronJobTimeZoneIsKnown,
  rayCronJob.rayCronJobHasAJob,
];

export const QUEUED_CLUSTER_RULES: readonly Rule<QueuedCluster>[] = [
  queue.scalingClusterIsElastic,
  queue.kueueAdmitsElasticJobs,
  queue.podSetsAreWithinBounds,
  queue.startingWorkersAreCounted,
  queue.scalingClusterStaysHere,
  queue.priorityInTheQueueIsChosen,
];

export const QUEUED_JOB_RULES: readonly Rule<QueuedObject<RayJobV1Spec>>[] = [queue.queuedJobHasItsOwnCluster, queue.queuedJobShutsDown];

export const PULLED_GROUP_RULES: readonly Rule<imagePrePull.PulledGroups>[] = [imagePrePull.pulledGroupHasNodes];

export const GENEVA_CLIENT_ADVICE: readonly Rule<RayClusterV1Spec>[] = [geneva.genevaFindsAWorker];

export const ACKNOWLEDGEMENT_RULES: readonly Rule<acknowledgement.Acknowledged>[] = [acknowledgement.acknowledgementIsOfSomething];
