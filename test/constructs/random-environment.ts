import { Cron, Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { IMAGE, newChart } from './synthesized';
import {
  Authentication, CapacityType, CloudIdentity, ComputeEnvironment, Ec2NodeClass, Ec2Selector, HeadNodePool, KarpenterNodeClass,
  KubeRayVersion, KueueVersion, NetworkIsolation, QueueAdmission, RayJob, UpgradeStrategy, UpscalingMode, WorkerGroupOptions, WorkerNodePool,
} from '../../src';

const TAKEN = ['headgroup', 'head', 'submitter', 'own'];
const NAME = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/).filter((name) => !TAKEN.includes(name));

const STEADY = fc.subarray([CapacityType.ON_DEMAND, CapacityType.RESERVED], { minLength: 1 });

const HEAD_POOL = fc.oneof(
  fc.record({ warmNodes: fc.nat(2), capacityTypes: STEADY }, { requiredKeys: [] })
    .map((options) => (nodeClass?: KarpenterNodeClass) => HeadNodePool.karpenter({ ...options, nodeClass, cpuLimit: 64 })), // room for both heads
  fc.integer({ min: 1, max: 3 }).map((nodes) => (nodeClass?: KarpenterNodeClass) => HeadNodePool.karpenterStatic({ nodes, nodeClass })),
  fc.constant(() => HeadNodePool.fromLabelledNodes({ nodeCpu: 64 })),
);

const WORKER_POOL = fc.constantFrom(
  () => undefined,
  (nodeClass?: KarpenterNodeClass) => WorkerNodePool.karpenter({ nodeClass }),
  () => WorkerNodePool.fromLabelledNodes(),
);

export const DISCOVERY = Ec2Selector.discovery('features');

const NODE_CLASS = fc.record({
  ami: fc.constantFrom('al2@v20260801', 'al2023@v20260801', 'al2023@latest', 'bottlerocket@v1.50.0'),
  role: fc.constant('nodes'),
  subnets: fc.constantFrom(DISCOVERY, Ec2Selector.byIds('subnet-0', 'subnet-1')),
  securityGroups: fc.constantFrom(DISCOVERY, Ec2Selector.byIds('sg-0')),
  diskSize: fc.integer({ min: 1, max: 16384 }).map((gib) => Size.gibibytes(gib)),
  diskThroughput: fc.integer({ min: 125, max: 1000 }),
}, { requiredKeys: ['ami', 'role', 'subnets', 'securityGroups'] });

const GROUP = fc.record({
  cpu: fc.integer({ min: 1, max: 64 }),
  memory: fc.integer({ min: 1, max: 512 }).map((gib) => Size.gibibytes(gib)),
  gpus: fc.nat(8),
  bounds: fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 100 })),
  idleTimeout: fc.integer({ min: 1, max: 7200 }).map((seconds) => Duration.seconds(seconds)),
}).map(({ bounds: [min, more], ...group }): WorkerGroupOptions => ({ ...group, minReplicas: min, maxReplicas: min + more }));

const IDENTITY = fc.constantFrom(
  undefined,
  CloudIdentity.eksIrsa('arn:aws:iam::123456789012:role/features'),
  CloudIdentity.eksPodIdentity(),
  CloudIdentity.gke('features@acme.iam.gserviceaccount.com'),
  CloudIdentity.azure('01234567-89ab-cdef-0123-456789abcdef'),
);

const QUEUE = fc.constantFrom(
  undefined,
  QueueAdmission.localQueue('batch'),
  QueueAdmission.localQueue('batch', { queueName: 'ml.batch', priorityClass: 'backfills' }),
  QueueAdmission.fromLocalQueueName('team-a', { kueue: KueueVersion.of('0.16').withElasticJobs() }),
);

const CRON = fc.record({ minute: fc.nat(59).map(String), hour: fc.constantFrom('*', '*/2', '3'), weekDay: fc.constantFrom('*', '1-5', 'sun') });

/** What may be asked for, within its bounds. */
export const ENVIRONMENT = fc.record({
  name: NAME,
  kuberay: fc.constantFrom(KubeRayVersion.V1_5, KubeRayVersion.V1_6, KubeRayVersion.V1_7),
  headPool: HEAD_POOL,
  headCpu: fc.integer({ min: 1, max: 10 }),
  groups: fc.uniqueArray(fc.tuple(NAME, GROUP), { minLength: 1, maxLength: 4, selector: ([name]) => name }),
  workerPool: WORKER_POOL,
  nodeClass: fc.option(NODE_CLASS, { nil: undefined }),
  cloudIdentity: IDENTITY,
  queueAdmission: QUEUE,
  authentication: fc.constantFrom(Authentication.TOKEN, Authentication.NONE),
  isolated: fc.boolean(),
  schedule: fc.option(CRON, { nil: undefined }),
  upscalingMode: fc.constantFrom(undefined, UpscalingMode.DEFAULT, UpscalingMode.CONSERVATIVE),
  autoscalerInterval: fc.option(fc.integer({ min: 1, max: 60 }).map((seconds) => Duration.seconds(seconds)), { nil: undefined }),
  isRecreated: fc.boolean(),
  isMonitored: fc.boolean(),
  isPrePulled: fc.boolean(),
  isToldToGeneva: fc.boolean(),
  hasRayJob: fc.boolean(),
});

export type Asked = typeof ENVIRONMENT extends fc.Arbitrary<infer T> ? T : never;

/** An environment as it is asked for, in the namespace `ml`. */
export function build(asked: Asked): ComputeEnvironment {
  const { name, kuberay, headCpu, authentication, cloudIdentity, queueAdmission, groups, schedule } = asked;
  const chart = newChart({ namespace: 'ml' });
  const nodeClass = asked.nodeClass && new Ec2NodeClass(chart, 'nodes', asked.nodeClass).reference;
  const [headPool, pool] = [asked.headPool(nodeClass), asked.workerPool(nodeClass)];
  const options = {
    image: IMAGE,
    headPool,
    kuberay,
    headCpu,
    authentication,
    cloudIdentity,
    upscalingMode: asked.upscalingMode,
    autoscalerInterval: asked.autoscalerInterval,
    queueAdmission,
    networkIsolation: asked.isolated ? NetworkIsolation.enforced() : NetworkIsolation.none(),
  };
  const upgradeStrategy = asked.isRecreated && kuberay !== KubeRayVersion.V1_5 ? UpgradeStrategy.RECREATE : undefined;
  const env = new ComputeEnvironment(chart, 'env', { ...options, upgradeStrategy, environmentName: name, scheduleSubmitter: { image: 'submitter:1', cloudIdentity } });
  groups.forEach(([group, size]) => env.addWorkerGroup(group, { ...size, pool }));
  env.addBackfill('job', { table: '/t.lance', column: 'a', udf: 'a:a', schedule: schedule && { cron: Cron.schedule(schedule) } });
  if (asked.isMonitored) { env.addMonitoring(); }
  if (asked.isToldToGeneva) { env.addGenevaClientConfig(); }
  if (asked.isPrePulled) { env.addImagePrePull({ workerGroups: pool && groups.map(([group]) => group) }); }
  if (asked.hasRayJob) {
    const job = new RayJob(chart, 'own', { ...options, namespaceName: 'ml', command: ['python', 'a.py'] });
    groups.forEach(([group, size]) => job.addWorkerGroup(group, { ...size, pool }));
  }
  return env;
}
