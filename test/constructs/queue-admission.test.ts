import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import { environment, IMAGE, Manifest, manifests, newChart, only } from './synthesized';
import { ComputeEnvironment, HeadNodePool, KueueVersion, QueueAdmission, RayJob, Rules } from '../../src';
import { StrictCrd } from '../crds/strict-crd';

const WAITS = { priorityClass: 'backfills' };
const QUEUE_NAME = 'kueue.x-k8s.io/queue-name';

function queued(queueAdmission?: QueueAdmission, chart: Chart = newChart()): ComputeEnvironment {
  return environment({ queueAdmission }, chart);
}

function job(queueAdmission?: QueueAdmission, chart: Chart = newChart()): RayJob {
  return new RayJob(chart, 'train', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml', command: ['python', 'a.py'], queueAdmission });
}

function addGroups(to: { addWorkerGroup: ComputeEnvironment['addWorkerGroup'] }, count: number): void {
  for (let i = 0; i < count; i++) {
    to.addWorkerGroup(`g${i}`, { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1 });
  }
}

function queueOf(object: Manifest): string | undefined {
  return object.metadata.labels?.[QUEUE_NAME];
}

test('a cluster waits in a queue that is made beside it, and may scale there', () => {
  const objects = manifests(queued(QueueAdmission.localQueue('batch', WAITS)));
  const queue = only(objects, 'LocalQueue');
  expect(queue).toMatchObject({ apiVersion: 'kueue.x-k8s.io/v1beta2', metadata: { name: 'features', namespace: 'features' }, spec: { clusterQueue: 'batch' } });
  expect(StrictCrd.LOCAL_QUEUE.problems(queue)).toEqual([]);
  expect(only(objects, 'RayCluster').metadata).toMatchObject({
    labels: { [QUEUE_NAME]: 'features', 'kueue.x-k8s.io/priority-class': 'backfills' },
    annotations: { 'kueue.x-k8s.io/elastic-job': 'true' },
  });
});

test('a queue that exists is named, not made', () => {
  const chart = newChart();
  job(QueueAdmission.fromLocalQueueName('team-a', WAITS), chart);
  const objects = manifests(chart);
  expect(queueOf(only(objects, 'RayJob'))).toBe('team-a');
  expect(only(objects, 'RayJob').metadata).toHaveProperty(['annotations', 'kueue.x-k8s.io/elastic-job'], 'true');
  expect(objects.map(({ kind }) => kind)).not.toContain('LocalQueue');
});

test('workers that a group starts with are counted by the queue; without one the autoscaler counts them', () => {
  const groups = (queueAdmission?: QueueAdmission) => {
    const env = queued(queueAdmission);
    env.addWorkerGroup('ready', { cpu: 1, memory: Size.gibibytes(2), minReplicas: 2, maxReplicas: 4 });
    return only(manifests(env), 'RayCluster').spec.workerGroupSpecs.map(({ replicas }: any) => replicas);
  };
  expect(groups(QueueAdmission.fromLocalQueueName('team-a', WAITS))).toEqual([undefined, 2]);
  expect(groups()).toEqual([undefined, undefined]);
});

test('one queue is made for each namespace, whoever waits in it', () => {
  const chart = newChart();
  const admission = QueueAdmission.localQueue('batch', { ...WAITS, queueName: 'shared' });
  queued(admission, new Chart(chart, 'a', { namespace: 'ml' }));
  queued(admission, new Chart(chart, 'b', { namespace: 'vision' }));
  job(admission, chart);
  const objects = [...manifests(chart), ...chart.node.children.filter(Chart.isChart).flatMap((child) => manifests(child as Chart))];
  expect(objects.filter(({ kind }) => kind === 'LocalQueue').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual(['ml/shared', 'vision/shared']);
  expect(objects.map(queueOf).filter((queue) => queue !== undefined)).toEqual(['shared', 'shared', 'shared']);
});

test('what Kueue lets nobody change makes another cluster and another job: the queue, and whether there is a priority', () => {
  const cluster = (admission?: QueueAdmission) => only(manifests(queued(admission)), 'RayCluster').metadata.name;
  const jobName = (admission?: QueueAdmission) => { const chart = newChart(); job(admission, chart); return only(manifests(chart), 'RayJob').metadata.name; };
  for (const name of [cluster, jobName]) {
    const [a, b] = ['team-a', 'team-b'].map((queue) => name(QueueAdmission.fromLocalQueueName(queue, WAITS)));
    expect(new Set([name(), a, b, name(QueueAdmission.fromLocalQueueName('team-a'))]).size).toBe(4);
    expect(name(QueueAdmission.fromLocalQueueName('team-a', { priorityClass: 'urgent' }))).toBe(a);
  }
});

test('without a priority of its own, what waits would go before all others, which is said', () => {
  const env = queued(QueueAdmission.fromLocalQueueName('team-a'));
  expect(Rules.advice(env).filter((text) => text.includes('QUEUE-01'))).toHaveLength(1);
  expect(Rules.advice(queued(QueueAdmission.fromLocalQueueName('team-a', WAITS))).join()).not.toContain('QUEUE-01');
});

test('a Kueue that admits nothing that scales is refused', () => {
  const by = (kueue: KueueVersion) => () => manifests(queued(QueueAdmission.localQueue('batch', { ...WAITS, kueue })));
  expect(by(KueueVersion.of('0.17'))).toThrow(/RayCluster\] queueAdmission\.kueue: got "0\.17".*QUEUE-K3b/s);
  expect(by(KueueVersion.of('0.17').withElasticJobs())).not.toThrow();
  expect(by(KueueVersion.V0_18)).not.toThrow();
});

test('a cluster in a queue has up to 17 groups, that of a job 16', () => {
  const admission = QueueAdmission.fromLocalQueueName('team-a', WAITS);
  const env = queued(admission);
  addGroups(env, 16); // beside the one that there is
  expect(() => manifests(env)).not.toThrow();
  env.addWorkerGroup('more', { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1 });
  expect(() => manifests(env)).toThrow(/RayCluster\] workerGroupSpecs: got "18 worker groups", expected at most 17\..*QUEUE-K4/s);
  const chart = newChart();
  addGroups(job(admission, chart), 17);
  expect(() => manifests(chart)).toThrow(/train\] rayClusterSpec\.workerGroupSpecs: got "17 worker groups", expected at most 16\..*QUEUE-K4/s);
});

test.each(['head', 'submitter'])('a group has no name that Kueue gives to pods of its own: %s', (name) => {
  const env = queued(QueueAdmission.fromLocalQueueName('team-a', WAITS));
  env.addWorkerGroup(name, { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1 });
  expect(() => manifests(env)).toThrow(new RegExp(`workerGroupSpecs\\[${name}\\].*NAME-07`, 's'));
});

test('a label that is set by hand makes the same rules hold', () => {
  const env = queued();
  ApiObject.of(env.cluster).metadata.addLabel(QUEUE_NAME, 'team-a');
  expect(() => manifests(env)).toThrow(/metadata\.annotations\[kueue\.x-k8s\.io\/elastic-job\]: got nothing.*QUEUE-K3/s);
});

test('a job that scales is not sent elsewhere', () => {
  const chart = newChart();
  ApiObject.of(job(QueueAdmission.fromLocalQueueName('team-a', WAITS), chart)).addJsonPatch(JsonPatch.add('/spec/managedBy', 'kueue.x-k8s.io/multikueue'));
  expect(() => manifests(chart)).toThrow(/train\] managedBy: got "kueue\.x-k8s\.io\/multikueue".*QUEUE-K6/s);
});

test('a patch by which a job in a queue would keep its cluster is found', () => {
  const chart = newChart();
  ApiObject.of(job(QueueAdmission.fromLocalQueueName('team-a', WAITS), chart)).addJsonPatch(JsonPatch.replace('/spec/shutdownAfterJobFinishes', false));
  expect(() => manifests(chart)).toThrow(/QUEUE-K2/);
});

test.each([
  [() => QueueAdmission.localQueue('Batch'), /QueueAdmission\.localQueue: clusterQueue: got "Batch"/],
  [() => QueueAdmission.localQueue('batch', { queueName: 'a'.repeat(64) }), /queueName: got "a+", expected at most 63 /],
  [() => QueueAdmission.fromLocalQueueName(''), /QueueAdmission\.fromLocalQueueName: queueName: got ""/],
  [() => QueueAdmission.fromLocalQueueName('a', { priorityClass: 'High!' }), /QueueAdmission\.fromLocalQueueName: priorityClass: got "High!"/],
])('a name that can be none is refused: %s', (make, message) => {
  expect(make).toThrow(message);
});
