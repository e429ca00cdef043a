import { describeRules } from './describe-rule';
import { admissionMetadata, DEFAULT_KUEUE, KueueTarget, QueuedCluster, QueuedObject } from '../../../src/spec/kueue';
import { RayClusterV1Spec } from '../../../src/spec/ray-cluster-types';
import { RayJobV1Spec } from '../../../src/spec/ray-job-types';
import { QUEUED_CLUSTER_RULES, QUEUED_JOB_RULES } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/queue';

const QUEUED = { name: 'a', ...admissionMetadata({ queueName: 'team-a', priorityClass: 'backfills' }) };
const SCALES: RayClusterV1Spec = { enableInTreeAutoscaling: true };
const GOOD: QueuedCluster = { metadata: QUEUED, spec: SCALES, kueue: DEFAULT_KUEUE, otherPodSets: 0, at: '' };

function job(spec: RayJobV1Spec): QueuedObject<RayJobV1Spec> {
  return { metadata: QUEUED, spec, kueue: DEFAULT_KUEUE };
}

function cluster(spec: RayClusterV1Spec, labels: Record<string, string> = QUEUED.labels): QueuedCluster {
  return { ...GOOD, metadata: { ...QUEUED, labels }, spec };
}

function groups(count: number, otherPodSets: number, at = ''): QueuedCluster {
  const workerGroupSpecs = Array.from({ length: count }, (_, i) => ({ groupName: `g${i}`, template: { spec: { containers: [] } } }));
  return { ...GOOD, spec: { workerGroupSpecs }, otherPodSets, at };
}

function starting(minReplicas: number, replicas?: number): QueuedCluster {
  return cluster({ workerGroupSpecs: [{ groupName: 'a', minReplicas, replicas, template: { spec: { containers: [] } } }] });
}

function admittedBy(kueue: KueueTarget, spec = SCALES): QueuedCluster {
  return { ...GOOD, spec, kueue };
}

const HEADED: RayClusterV1Spec = { headGroupSpec: { template: { spec: { priorityClassName: 'heads', containers: [] } } } };

describeRules(QUEUED_JOB_RULES, [
  { rule: rules.queuedJobHasItsOwnCluster, passes: job({ rayClusterSpec: {} }), fails: job({ clusterSelector: { 'ray.io/cluster': 'a' } }), at: 'clusterSelector' },
  { rule: rules.queuedJobShutsDown, passes: job({ shutdownAfterJobFinishes: true }), fails: job({}), at: 'shutdownAfterJobFinishes' },
]);

describeRules(QUEUED_CLUSTER_RULES, [
  {
    rule: rules.scalingClusterIsElastic,
    passes: GOOD,
    fails: { ...GOOD, metadata: { name: 'a', labels: QUEUED.labels } },
    at: 'metadata.annotations[kueue.x-k8s.io/elastic-job]',
  },
  { rule: rules.scalingClusterIsElastic, passes: { ...GOOD, metadata: { name: 'a' }, spec: {} }, fails: { ...GOOD, metadata: { name: 'a' } }, at: 'metadata.annotations[kueue.x-k8s.io/elastic-job]' },
  {
    rule: rules.kueueAdmitsElasticJobs,
    passes: admittedBy({ kueue: '0.18', elasticJobs: false }),
    fails: admittedBy({ kueue: '0.17', elasticJobs: false }),
    at: 'queueAdmission.kueue',
  },
  {
    rule: rules.kueueAdmitsElasticJobs,
    passes: admittedBy({ kueue: '0.15', elasticJobs: true }),
    fails: admittedBy({ kueue: '0.14', elasticJobs: true }),
    at: 'queueAdmission.kueue',
  },
  { rule: rules.podSetsAreWithinBounds, passes: groups(17, 0), fails: groups(18, 0), at: 'workerGroupSpecs' },
  { rule: rules.podSetsAreWithinBounds, passes: groups(16, 1), fails: groups(17, 1, 'rayClusterSpec.'), at: 'rayClusterSpec.workerGroupSpecs' },
  { rule: rules.startingWorkersAreCounted, passes: starting(2, 2), fails: starting(2), at: 'workerGroupSpecs[a].replicas' },
  { rule: rules.startingWorkersAreCounted, passes: starting(0), fails: starting(2, 1), at: 'workerGroupSpecs[a].replicas' },
  {
    rule: rules.scalingClusterStaysHere,
    passes: { ...GOOD, spec: {}, managedBy: 'kueue.x-k8s.io/multikueue' },
    fails: { ...GOOD, managedBy: 'kueue.x-k8s.io/multikueue' },
    at: 'managedBy',
  },
  {
    rule: rules.priorityInTheQueueIsChosen,
    passes: cluster(HEADED),
    fails: cluster(HEADED, { 'kueue.x-k8s.io/queue-name': 'team-a' }),
    at: 'metadata.labels[kueue.x-k8s.io/priority-class]',
  },
]);
