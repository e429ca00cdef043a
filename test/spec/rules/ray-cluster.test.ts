import { describeRules } from './describe-rule';
import { PodSpec } from '../../../src/spec/kubernetes-types';
import { RayClusterV1Spec, WorkerGroupSpec } from '../../../src/spec/ray-cluster-types';
import * as autoscaler from '../../../src/spec/rules/autoscaler';
import { RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_RULES } from '../../../src/spec/rules/catalogue';
import * as gcs from '../../../src/spec/rules/gcs-fault-tolerance';
import * as groups from '../../../src/spec/rules/groups';
import * as names from '../../../src/spec/rules/names';
import * as security from '../../../src/spec/rules/security';
import * as target from '../../../src/spec/rules/target';

const V2 = { version: 'v2' };

function group(fields: Partial<WorkerGroupSpec> = {}, pod: Partial<PodSpec> = {}): WorkerGroupSpec {
  return { groupName: 'cpu', minReplicas: 0, maxReplicas: 2, template: { spec: { containers: [{ name: 'ray-worker', image: 'ray' }], ...pod } }, ...fields };
}

function workers(...list: WorkerGroupSpec[]): RayClusterV1Spec {
  return { rayVersion: '2.54.0', autoscalerOptions: V2, workerGroupSpecs: list };
}

function headEnv(value: string, name = 'RAY_enable_autoscaler_v2'): RayClusterV1Spec {
  const env = [{ name, value }];
  return { headGroupSpec: { template: { spec: { containers: [{ name: 'ray-head', image: 'ray', env }] } } } };
}

describeRules(RAY_CLUSTER_NAME_RULES, [
  { rule: names.rayClusterName, passes: 'a'.repeat(53), fails: 'a'.repeat(54), at: 'metadata.name' },
  { rule: names.rayClusterName, passes: 'features-1a2b', fails: '1-features', at: 'metadata.name' },
]);

describeRules(RAY_CLUSTER_RULES, [
  { rule: target.targetIsSupported, passes: {}, fails: {}, at: 'kuberay', target: { kuberay: '1.3' } },
  {
    rule: target.fieldsAreKnown,
    passes: workers(group({ labels: { a: 'b' } })),
    fails: workers(group({ labels: { a: 'b' } })),
    at: 'workerGroupSpecs[cpu].labels',
    target: { kuberay: '1.4' },
  },
  {
    rule: target.fieldsAreKnown,
    passes: { authOptions: { mode: 'token' } },
    fails: { authOptions: { mode: 'token' } },
    at: 'authOptions',
    target: { kuberay: '1.4' },
  },
  ...([
    [{ authOptions: { mode: 'token', secretName: 'a' } }, '1.5', 'authOptions.secretName'],
    [{ upgradeStrategy: { type: 'Recreate' } }, '1.5', 'upgradeStrategy'],
    [{ autoscalerOptions: { args: ['a'] } }, '1.6', 'autoscalerOptions.args'],
    [{ gcsFaultToleranceOptions: { backend: 'redis' } }, '1.6', 'gcsFaultToleranceOptions.backend'],
    [workers(group({ priority: 1 })), '1.6', 'workerGroupSpecs[cpu].priority'],
  ] as const).map(([spec, kuberay, at]) => ({ rule: target.fieldsAreKnown, passes: spec, fails: spec, at, target: { kuberay } })),
  ...([
    [{ networkPolicy: {} }, 'networkPolicy'],
    [{ tlsOptions: { enabled: true } }, 'tlsOptions'],
    [{ historyServerOptions: {} }, 'historyServerOptions'],
    [{ gcsFaultToleranceOptions: { backend: 'rocksdb' } }, 'gcsFaultToleranceOptions.backend'],
  ] as const).map(([fails, at]) => ({ rule: target.gatesAreOn, passes: { upgradeStrategy: { type: 'None' } }, fails, at })),
  { rule: target.gatesAreOn, passes: workers(group({ suspend: true })), fails: workers(group({ suspend: true })), at: 'workerGroupSpecs[cpu].suspend', target: { kuberay: '1.5' } },
  { rule: autoscaler.exactRayVersion, passes: { rayVersion: '2.54.0' }, fails: { rayVersion: '2.54' }, at: 'rayVersion' },
  { rule: autoscaler.exactRayVersion, passes: { rayVersion: '2.54.0' }, fails: {}, at: 'rayVersion' },
  { rule: names.groupNamesAreUnique, passes: workers(group(), group({ groupName: 'gpu' })), fails: workers(group(), group()), at: 'workerGroupSpecs[cpu]' },
  { rule: names.groupName, passes: workers(group()), fails: workers(group({ groupName: 'headgroup' })), at: 'workerGroupSpecs[headgroup]' },
  { rule: names.groupName, passes: workers(group({ groupName: 'a-1' })), fails: workers(group({ groupName: 'A' })), at: 'workerGroupSpecs[A]' },
  {
    rule: groups.resourcesAreSaidOnce,
    passes: workers(group({ resources: { CPU: '4' }, rayStartParams: {} })),
    fails: workers(group({ resources: { CPU: '4' }, rayStartParams: { 'num-cpus': '4' } })),
    at: 'workerGroupSpecs[cpu].rayStartParams.num-cpus',
  },
  { rule: groups.replicasAreARange, passes: workers(group()), fails: workers(group({ minReplicas: 3 })), at: 'workerGroupSpecs[cpu]' },
  { rule: groups.replicasAreARange, passes: workers(group()), fails: workers(group({ maxReplicas: undefined })), at: 'workerGroupSpecs[cpu]' },
  {
    rule: autoscaler.idleTimeoutNeedsV2,
    passes: workers(group({ idleTimeoutSeconds: 60 })),
    fails: { workerGroupSpecs: [group({ idleTimeoutSeconds: 60 })] },
    at: 'workerGroupSpecs[cpu].idleTimeoutSeconds',
  },
  {
    rule: autoscaler.idleTimeoutKeepsAWorker,
    passes: workers(group({ idleTimeoutSeconds: 1 })),
    fails: workers(group({ idleTimeoutSeconds: 0 })),
    at: 'workerGroupSpecs[cpu].idleTimeoutSeconds',
  },
  {
    rule: autoscaler.priorityNeedsV2AndRay,
    passes: { ...workers(group({ priority: 1 })), rayVersion: '2.56.0' },
    fails: workers(group({ priority: 1 })),
    at: 'workerGroupSpecs[cpu].priority',
  },
  {
    rule: autoscaler.clusterIdleTimeout,
    passes: { autoscalerOptions: { idleTimeoutSeconds: 60 } },
    fails: { autoscalerOptions: { idleTimeoutSeconds: -1 } },
    at: 'autoscalerOptions.idleTimeoutSeconds',
  },
  {
    rule: autoscaler.oneSwitchForTheVersion,
    passes: headEnv('1'),
    fails: { ...headEnv('1'), autoscalerOptions: V2 },
    at: 'headGroupSpec.template.spec.containers[0].env[RAY_enable_autoscaler_v2]',
  },
  {
    rule: autoscaler.v2NeverRestartsInPlace,
    passes: workers(group({}, { restartPolicy: 'Never' })),
    fails: workers(group({}, { restartPolicy: 'Always' })),
    at: 'workerGroupSpecs[cpu].template.spec.restartPolicy',
  },
  {
    rule: security.tokenNeedsRay,
    passes: { rayVersion: '2.52.0', authOptions: { mode: 'token' } },
    fails: { rayVersion: '2.51.1', authOptions: { mode: 'token' } },
    at: 'rayVersion',
  },
  { rule: security.authModeIsWrittenOut, passes: { authOptions: { mode: 'disabled' } }, fails: { authOptions: {} }, at: 'authOptions.mode' },
  { rule: security.authModeIsWrittenOut, passes: {}, fails: { authOptions: { secretName: 'a' } }, at: 'authOptions.mode' },
  ...([
    [{ secretName: 'a' }, '2.55.0', 'authOptions.secretName'], [{ mode: 'disabled' }, '2.55.0', 'authOptions.mode'], [{}, '2.54.0', 'rayVersion'],
  ] as const).map(([fields, rayVersion, at]) => {
    const good = { mode: 'token', enableK8sTokenAuth: true };
    return { rule: security.k8sTokenNeedsItsOwn, passes: { rayVersion: '2.55.0', authOptions: good }, fails: { rayVersion, authOptions: { ...good, ...fields } }, at };
  }),
  { rule: groups.groupHasAContainer, passes: workers(group()), fails: workers(group({}, { containers: [] })), at: 'workerGroupSpecs[cpu].template.spec.containers' },
  {
    rule: groups.labelsAreNoStartParam,
    passes: workers(group({ labels: { a: 'b' } })),
    fails: workers(group({ rayStartParams: { labels: 'a=b' } })),
    at: 'workerGroupSpecs[cpu].rayStartParams.labels',
  },
  { rule: groups.replicasAreWithinBounds, passes: workers(group({ replicas: 2 })), fails: workers(group({ replicas: 3 })), at: 'workerGroupSpecs[cpu].replicas' },
  { rule: groups.replicasAreWithinBounds, passes: workers(group({ numOfHosts: 1 })), fails: workers(group({ numOfHosts: 0 })), at: 'workerGroupSpecs[cpu].numOfHosts' },
  {
    rule: autoscaler.switchNeedsAutoscaling,
    passes: { ...headEnv('1'), enableInTreeAutoscaling: true },
    fails: headEnv('1'),
    at: 'headGroupSpec.template.spec.containers[0].env[RAY_enable_autoscaler_v2]',
  },
  {
    rule: autoscaler.autoscaledGroupIsNotSuspended,
    passes: workers(group({ suspend: true })),
    fails: { ...workers(group({ suspend: true })), enableInTreeAutoscaling: true },
    at: 'workerGroupSpecs[cpu].suspend',
  },
  {
    rule: autoscaler.startCommandIsTheOperators,
    passes: { autoscalerOptions: { env: [{ name: 'OTHER', value: 'a' }] } },
    fails: { autoscalerOptions: { env: [{ name: 'KUBERAY_GEN_AUTOSCALER_START_CMD', value: 'a' }] } },
    at: 'autoscalerOptions.env[KUBERAY_GEN_AUTOSCALER_START_CMD]',
  },
  ...['0', '0.5', '-1', '', 'fast'].map((value) => ({
    rule: autoscaler.intervalIsWholeSeconds,
    passes: { autoscalerOptions: { env: [{ name: 'AUTOSCALER_UPDATE_INTERVAL_S', value: '1' }] } },
    fails: { autoscalerOptions: { env: [{ name: 'AUTOSCALER_UPDATE_INTERVAL_S', value }] } },
    at: 'autoscalerOptions.env[AUTOSCALER_UPDATE_INTERVAL_S]',
  })),
  {
    rule: autoscaler.upscalingModeIsKnown,
    passes: { autoscalerOptions: { upscalingMode: 'Conservative' } },
    fails: { autoscalerOptions: { upscalingMode: 'conservative' } },
    at: 'autoscalerOptions.upscalingMode',
  },
  { rule: gcs.redisIsAnOption, passes: headEnv('a', 'OTHER'), fails: headEnv('a', 'RAY_REDIS_ADDRESS'), at: 'headGroupSpec.template.spec.containers[0].env[RAY_REDIS_ADDRESS]' },
  {
    rule: gcs.redisPasswordIsAnOption,
    passes: headEnv('a', 'REDIS_PASSWORD'),
    fails: { ...headEnv('a', 'REDIS_PASSWORD'), gcsFaultToleranceOptions: {} },
    at: 'headGroupSpec.template.spec.containers[0].env[REDIS_PASSWORD]',
  },
  {
    rule: gcs.redisUserIsAnOption,
    passes: headEnv('a'),
    fails: { headGroupSpec: { rayStartParams: { 'redis-username': 'a' }, template: { spec: { containers: [] } } } },
    at: 'headGroupSpec.rayStartParams.redis-username',
  },
  {
    rule: gcs.redisHasAnAddress,
    passes: { gcsFaultToleranceOptions: { redisAddress: 'redis:6379' } },
    fails: { gcsFaultToleranceOptions: {} },
    at: 'gcsFaultToleranceOptions.redisAddress',
  },
  { rule: gcs.redisHasAnAddress, passes: { gcsFaultToleranceOptions: { backend: 'rocksdb' } }, fails: { gcsFaultToleranceOptions: { backend: 'redis' } }, at: 'gcsFaultToleranceOptions.redisAddress' },
]);
