import { ELASTIC_JOBS_GATE, KueueKey, KueueSince, MAX_POD_SETS, MULTIKUEUE, QueuedCluster, QueuedObject } from '../kueue';
import { RayJobV1Spec } from '../ray-job-types';
import { isAtLeast } from '../versions';
import { groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

const REFUSED = 'The webhook of Kueue refuses the object.';

export const queuedJobHasItsOwnCluster: Rule<QueuedObject<RayJobV1Spec>> = {
  id: 'QUEUE-K1',
  title: 'A job in a queue brings its own cluster.',
  severity: 'error',
  source: 'Kueue 0.19, rayjob_webhook.go',
  why: 'A job that selects a cluster is refused when it brings one too, and starts past the queue when it does not: the label has no effect.',
  check: ({ spec }) => spec.clusterSelector === undefined ? [] : [{
    at: 'clusterSelector',
    got: spec.clusterSelector,
    expected: `nothing in an object with the label ${KueueKey.QUEUE_NAME}`,
    fix: 'drop clusterSelector; or drop queueAdmission and put the cluster into the queue',
  }],
};

export const queuedJobShutsDown: Rule<QueuedObject<RayJobV1Spec>> = {
  id: 'QUEUE-K2',
  title: 'A job in a queue shuts its cluster down.',
  severity: 'error',
  source: 'Kueue 0.19, rayjob_webhook.go',
  why: `${REFUSED} A cluster that stays would hold its quota.`,
  check: ({ spec }) => spec.shutdownAfterJobFinishes === true ? [] : [{
    at: 'shutdownAfterJobFinishes',
    got: spec.shutdownAfterJobFinishes,
    expected: 'true',
    fix: 'drop the patch; deletionRules exclude it, so no job in a queue has any',
  }],
};

export const scalingClusterIsElastic: Rule<QueuedCluster> = {
  id: 'QUEUE-K3',
  title: 'What scales by itself is marked as elastic to its queue.',
  severity: 'error',
  source: 'Kueue 0.19, raycluster_webhook.go',
  why: REFUSED,
  check: ({ metadata, spec }) => spec.enableInTreeAutoscaling !== true || metadata.annotations?.[KueueKey.ELASTIC_JOB] === 'true' ? [] : [{
    at: `metadata.annotations[${KueueKey.ELASTIC_JOB}]`,
    got: metadata.annotations?.[KueueKey.ELASTIC_JOB],
    expected: '"true" while enableInTreeAutoscaling is true',
    fix: 'queueAdmission sets it: drop the patch, or the label that was set by hand',
  }],
};

export const kueueAdmitsElasticJobs: Rule<QueuedCluster> = {
  id: 'QUEUE-K3b',
  title: 'The Kueue that admits what scales by itself has elastic jobs on.',
  severity: 'error',
  source: 'Kueue 0.19, kube_features.go, and its changelogs: clusters and jobs that scale from 0.15 on, the gate on from 0.18 on',
  why: `${REFUSED} Without the gate ${ELASTIC_JOBS_GATE} the annotation counts for nothing.`,
  check: ({ spec, kueue: { kueue, elasticJobs } }) => {
    const since = elasticJobs ? KueueSince.ELASTIC_RAY : KueueSince.ELASTIC_JOBS_ON;
    return spec.enableInTreeAutoscaling !== true || isAtLeast(kueue, since) ? [] : [{
      at: 'queueAdmission.kueue',
      got: kueue,
      expected: `${KueueSince.ELASTIC_JOBS_ON} or later, or ${KueueSince.ELASTIC_RAY} or later with the gate ${ELASTIC_JOBS_GATE}`,
      fix: `upgrade Kueue, or put the gate on and say so: KueueVersion.of('${KueueSince.ELASTIC_RAY}').withElasticJobs()`,
    }];
  },
};

export const podSetsAreWithinBounds: Rule<QueuedCluster> = {
  id: 'QUEUE-K4',
  title: 'A cluster in a queue has at most 17 worker groups, that of a job with a submitter 16.',
  severity: 'error',
  source: 'Kueue 0.19, jobframework.MaxPodSets, and the pod sets that rayjob_controller.go builds',
  why: 'Kueue refuses the object, or never gets to admit it: a workload has at most 18 pod sets, of which the head is one and a submitter another.',
  check: ({ at, spec, otherPodSets }) => {
    const most = MAX_POD_SETS - 1 - otherPodSets;
    const count = workerGroups(spec).length;
    return count <= most ? [] : [{
      at: `${at}workerGroupSpecs`,
      got: `${count} worker groups`,
      expected: `at most ${most}`,
      fix: 'merge groups of like size, or spread them over several clusters',
    }];
  },
};

export const startingWorkersAreCounted: Rule<QueuedCluster> = {
  id: 'QUEUE-02',
  title: 'A group in a queue says by replicas with how many workers it starts.',
  severity: 'error',
  source: 'Kueue 0.19, raycluster/common.go and elastic_job_ungater.go; KubeRay, GetWorkerGroupDesiredReplicas',
  why: 'KubeRay starts minReplicas, Kueue admits replicas: the workers between the two keep their scheduling gate, and a job waits for all of them.',
  check: ({ at, spec }) => workerGroups(spec).filter(({ replicas = 0, minReplicas = 0 }) => replicas < minReplicas).map((group) => ({
    at: `${at}${groupPath(group)}.replicas`,
    got: group.replicas,
    expected: `at least minReplicas, ${group.minReplicas}`,
    fix: 'queueAdmission sets it: drop the patch, or the label that was set by hand',
  })),
};

export const scalingClusterStaysHere: Rule<QueuedCluster> = {
  id: 'QUEUE-K6',
  title: 'What scales by itself is not sent to another Kubernetes cluster.',
  severity: 'error',
  source: 'Kueue 0.19, raycluster_webhook.go: MultiKueue does not support the autoscaler of Ray',
  why: REFUSED,
  check: ({ spec, managedBy }) => spec.enableInTreeAutoscaling !== true || managedBy !== MULTIKUEUE ? [] : [{
    at: 'managedBy',
    got: MULTIKUEUE,
    expected: 'nothing while enableInTreeAutoscaling is true',
    fix: 'drop managedBy, and choose a queue of this Kubernetes cluster',
  }],
};

export const priorityInTheQueueIsChosen: Rule<QueuedCluster> = {
  id: 'QUEUE-01',
  title: 'What waits in a queue says its priority there.',
  severity: 'advice',
  source: 'Kueue 0.19, reconciler.go: without the label, the class of the first pod set that has one counts',
  why: 'The head has a high priority so that its own workers do not displace it. Kueue would take it for that of the whole, before all others of the queue.',
  check: ({ metadata, spec }) => {
    const ofHead = spec.headGroupSpec?.template.spec.priorityClassName;
    return metadata.labels?.[KueueKey.PRIORITY_CLASS] !== undefined || ofHead === undefined ? [] : [{
      at: `metadata.labels[${KueueKey.PRIORITY_CLASS}]`,
      got: undefined,
      expected: 'the name of a WorkloadPriorityClass',
      fix: "QueueAdmission.fromLocalQueueName('QUEUE', { priorityClass: 'CLASS' })",
    }];
  },
};
