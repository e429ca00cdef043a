import { RuleCase } from './describe-rule';
import { Container, PodSpec, ResourceRequirements } from '../../../src/spec/kubernetes-types';
import { GcsFaultToleranceOptions, NetworkPolicyOptions, RayClusterV1Spec, WorkerGroupSpec } from '../../../src/spec/ray-cluster-types';
import { RayObject } from '../../../src/spec/ray-object';
import * as annotations from '../../../src/spec/rules/annotations';
import * as autoscaler from '../../../src/spec/rules/autoscaler';
import * as amounts from '../../../src/spec/rules/container-amounts';
import * as fieldNames from '../../../src/spec/rules/field-names';
import * as gcsBackend from '../../../src/spec/rules/gcs-backend';
import * as gcs from '../../../src/spec/rules/gcs-fault-tolerance';
import * as groups from '../../../src/spec/rules/groups';
import * as historyServer from '../../../src/spec/rules/history-server';
import * as managedBy from '../../../src/spec/rules/managed-by';
import * as names from '../../../src/spec/rules/names';
import * as networkPolicy from '../../../src/spec/rules/operator-network-policy';
import * as tls from '../../../src/spec/rules/operator-tls';
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

function head(container: Partial<Container>, pod: Partial<PodSpec> = {}): RayClusterV1Spec {
  return { headGroupSpec: { template: { spec: { containers: [{ name: 'ray-head', image: 'ray', ...container }], ...pod } } } };
}

function embedded(options: GcsFaultToleranceOptions, spec: RayClusterV1Spec = {}): RayClusterV1Spec {
  return { ...spec, gcsFaultToleranceOptions: { backend: 'rocksdb', ...options } };
}

/** A worker that asks for these amounts. */
function asking(resources: ResourceRequirements): RayClusterV1Spec {
  return workers(group({}, { containers: [{ name: 'ray-worker', image: 'ray', resources }] }));
}

const GPU = 'nvidia.com/gpu';
const ASKING_AT = 'workerGroupSpecs[cpu].template.spec.containers[0].resources';

const TLS = { tlsOptions: { enabled: true } };

/** A collector of history with these variables. */
function collecting(variables: Record<string, string> = {}, image: string | undefined = 'collector:1'): RayClusterV1Spec {
  return { historyServerOptions: { collectorOptions: { image, env: Object.entries(variables).map(([name, value]) => ({ name, value })) } } };
}

const GCS_STORE = { STORAGE_BACKEND: 'gcs', GCS_BUCKET: 'a' };

export const RAY_CLUSTER_OBJECT_CASES: RuleCase<RayObject<RayClusterV1Spec>>[] = ([
  [annotations.faultToleranceIsSaidOnce, 'ray.io/ft-enabled', 'true'],
  [annotations.storageNamespaceIsAnOption, 'ray.io/external-storage-namespace', 'a'],
] as const).map(([rule, annotation, value]) => ({
  rule,
  passes: { metadata: { name: 'a', annotations: { [annotation]: value } }, spec: {} },
  fails: { metadata: { name: 'a', annotations: { [annotation]: value } }, spec: { gcsFaultToleranceOptions: {} } },
  at: `metadata.annotations[${annotation}]`,
}));

export const RAY_CLUSTER_NAME_CASES: RuleCase<string>[] = [
  { rule: names.rayClusterName, passes: 'a'.repeat(53), fails: 'a'.repeat(54), at: 'metadata.name' },
  { rule: names.rayClusterName, passes: 'features-1a2b', fails: '1-features', at: 'metadata.name' },
];

export const RAY_CLUSTER_CASES: RuleCase<RayClusterV1Spec>[] = [
  ...([
    [{ rayVersion: '2.54.0', suspend: false }, { foo: 1 }, 'foo'],
    [{ autoscalerOptions: { idleTimeoutSeconds: 60 } }, { autoscalerOptions: { idleTimeout: 60 } }, 'autoscalerOptions.idleTimeout'],
    [{ authOptions: { mode: 'token' } }, { authOptions: { mode: 'token', secret: 'a' } }, 'authOptions.secret'],
    [{ gcsFaultToleranceOptions: { redisAddress: 'a' } }, { gcsFaultToleranceOptions: { redisAddress: 'a', redisUser: 'b' } }, 'gcsFaultToleranceOptions.redisUser'],
    [head({}), { headGroupSpec: { ...head({}).headGroupSpec, rayStartParam: {} } }, 'headGroupSpec.rayStartParam'],
    [workers(group({ idleTimeoutSeconds: 60 })), workers(group({ idleTimeout: 60 } as Partial<WorkerGroupSpec>)), 'workerGroupSpecs[cpu].idleTimeout'],
  ] as [RayClusterV1Spec, RayClusterV1Spec, string][]).map(([passes, fails, at]) => (
    { rule: fieldNames.clusterFieldsHaveTheirNames, passes, fails, at }
  )),
  { // a release that is newer than what we know may have other fields
    rule: fieldNames.clusterFieldsHaveTheirNames,
    passes: { foo: 1 } as RayClusterV1Spec,
    passingTarget: { kuberay: '1.8' },
    fails: { foo: 1 } as RayClusterV1Spec,
    at: 'foo',
  },
  {
    rule: groups.startParametersAreTexts,
    passes: workers(group({ rayStartParams: { 'num-cpus': '1' } })),
    fails: workers(group({ rayStartParams: { 'num-cpus': 1 } as unknown as Record<string, string> })),
    at: 'workerGroupSpecs[cpu].rayStartParams.num-cpus',
  },
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
  ] as [RayClusterV1Spec, string, string][]).map(([spec, kuberay, at]) => (
    { rule: target.fieldsAreKnown, passes: spec, fails: spec, at, target: { kuberay } }
  )),
  ...([
    [{ networkPolicy: {} }, 'networkPolicy'],
    [{ tlsOptions: { enabled: true } }, 'tlsOptions'],
    [{ historyServerOptions: {} }, 'historyServerOptions'],
    [{ gcsFaultToleranceOptions: { backend: 'rocksdb' } }, 'gcsFaultToleranceOptions.backend'],
  ] as [RayClusterV1Spec, string][]).map(([fails, at]) => ({ rule: target.gatesAreOn, passes: { upgradeStrategy: { type: 'None' } }, fails, at })),
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
  { rule: groups.mostReplicasAreSaid, passes: workers(group()), fails: workers(group({ maxReplicas: undefined })), at: 'workerGroupSpecs[cpu].maxReplicas' },
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
  { rule: gcsBackend.backendIsKnown, passes: { gcsFaultToleranceOptions: { backend: 'redis' } }, fails: { gcsFaultToleranceOptions: { backend: 'etcd' } }, at: 'gcsFaultToleranceOptions.backend' },
  ...(['redisAddress', 'redisUsername', 'redisPassword', 'externalStorageNamespace'] as const).map((field) => ({
    rule: gcsBackend.embeddedStorageStandsAlone,
    passes: embedded({ storage: { size: '1Gi' } }),
    fails: embedded({ [field]: 'a' }),
    at: `gcsFaultToleranceOptions.${field}`,
  })),
  ...(['size', 'storageClassName', 'accessModes'] as const).map((field) => ({
    rule: gcsBackend.embeddedStorageStandsAlone,
    passes: embedded({ storage: { claimName: 'a' } }),
    fails: embedded({ storage: { claimName: 'a', [field]: 'a' } }),
    at: `gcsFaultToleranceOptions.storage.${field}`,
  })),
  ...([
    [{ env: [{ name: 'RAY_gcs_storage_path', value: '/a' }] }, {}, 'containers[0].env[RAY_gcs_storage_path]'],
    [{ volumeMounts: [{ name: 'disk', mountPath: '/data/gcs' }] }, {}, 'containers[0].volumeMounts[disk]'],
    [{}, { volumes: [{ name: 'gcs-storage' }] }, 'volumes[gcs-storage]'],
  ] as [Partial<Container>, Partial<PodSpec>, string][]).map(([container, pod, at]) => ({
    rule: gcsBackend.embeddedStorageStandsAlone,
    passes: embedded({}, head({ env: [{ name: 'OTHER', value: 'a' }] })),
    fails: embedded({}, head(container, pod)),
    at: `headGroupSpec.template.spec.${at}`,
  })),
  {
    rule: gcsBackend.redisNeedsNoStorage,
    passes: embedded({ storage: { size: '1Gi' } }),
    fails: { gcsFaultToleranceOptions: { redisAddress: 'a', storage: { size: '1Gi' } } },
    at: 'gcsFaultToleranceOptions.storage',
  },
  ...([
    ['DenyAllEgress', { head: { ingressRules: [{}] } }, 'networkPolicy.head.ingressRules'],
    ['DenyAllIngress', { worker: { egressRules: [{}] } }, 'networkPolicy.worker.egressRules'],
    ['DenyAllIngress', { workerGroups: [{ groupName: 'cpu', egressRules: [{}] }] }, 'networkPolicy.workerGroups[cpu].egressRules'],
  ] as [string, NetworkPolicyOptions, string][]).map(([mode, rules, at]) => ({
    rule: networkPolicy.rulesAreForWhatIsDenied,
    passes: { networkPolicy: rules },
    fails: { networkPolicy: { mode, ...rules } },
    at,
  })),
  {
    rule: networkPolicy.policyIsForGroupsThatAre,
    passes: { ...workers(group()), networkPolicy: { workerGroups: [{ groupName: 'cpu' }] } },
    fails: { ...workers(group()), networkPolicy: { workerGroups: [{ groupName: 'gpu' }] } },
    at: 'networkPolicy.workerGroups[gpu]',
  },
  ...([
    [head({ env: [{ name: 'RAY_TLS_CA_CERT', value: 'a' }] }), 'headGroupSpec.template.spec.containers[0].env[RAY_TLS_CA_CERT]'],
    [workers(group({}, { containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'ray-tls', mountPath: '/a' }] }] })), 'workerGroupSpecs[cpu].template.spec.containers[0].volumeMounts[ray-tls]'],
    [{ autoscalerOptions: { env: [{ name: 'RAY_USE_TLS', value: '1' }] } }, 'autoscalerOptions.env[RAY_USE_TLS]'],
    [{ autoscalerOptions: { volumeMounts: [{ name: 'certs', mountPath: '/etc/ray/tls' }] } }, 'autoscalerOptions.volumeMounts[certs]'],
  ] as [RayClusterV1Spec, string][]).map(([spec, at]) => ({ rule: tls.tlsIsTheOperators, passes: spec, fails: { ...spec, ...TLS }, at })),
  { rule: historyServer.collectorHasAnImage, passes: collecting(), fails: { historyServerOptions: {} }, at: 'historyServerOptions.collectorOptions.image' },
  { rule: historyServer.collectorHasAnImage, passes: collecting(), fails: collecting({}, ''), at: 'historyServerOptions.collectorOptions.image' },
  { rule: historyServer.collectorHasAnImage, passes: collecting(GCS_STORE), fails: collecting({ OWNER_KIND: 'a' }), at: 'historyServerOptions.collectorOptions.env[OWNER_KIND]' },
  {
    rule: historyServer.collectorHasAnImage,
    passes: { ...collecting(), ...workers(group()) },
    fails: { ...collecting(), ...workers(group({}, { containers: [{ name: 'ray-history-collector', image: 'a' }] })) },
    at: 'workerGroupSpecs[cpu].template.spec.containers',
  },
  ...([
    [{}, 'STORAGE_BACKEND'],
    [{ STORAGE_BACKEND: 'GCS' }, 'GCS_BUCKET'],
    [{ STORAGE_BACKEND: 'S3', GCS_BUCKET: 'a' }, 'S3_REGION'],
    [{ STORAGE_BACKEND: 'AliyunOSS', OSS_BUCKET: 'a', OSS_ENDPOINT: 'a' }, 'OSS_REGION'],
    [{ STORAGE_BACKEND: 'AzureBlob' }, 'AZURE_STORAGE_CONNECTION_STRING'],
    [{ STORAGE_BACKEND: 'AzureBlob', AZURE_STORAGE_AUTH_MODE: 'workload_identity', AZURE_STORAGE_CONNECTION_STRING: 'a' }, 'AZURE_STORAGE_ACCOUNT_URL'],
  ] as [Record<string, string>, string][]).map(([variables, missing]) => ({
    rule: historyServer.collectorKnowsItsStore,
    passes: collecting({ ...GCS_STORE }),
    fails: collecting(variables),
    at: `historyServerOptions.collectorOptions.env[${missing}]`,
  })),
  { rule: historyServer.collectorKnowsItsStore, passes: collecting({ STORAGE_BACKEND: 'AZUREBLOB', AZURE_STORAGE_ACCOUNT_URL: 'a' }), fails: collecting({ STORAGE_BACKEND: 'gcs', GCS_BUCKET: '' }), at: 'historyServerOptions.collectorOptions.env[GCS_BUCKET]' },
  { rule: managedBy.clusterManagerIsKnown, passes: { managedBy: 'kueue.x-k8s.io/multikueue' }, fails: { managedBy: 'me' }, at: 'managedBy' },
  ...([{ '-a': 'b' }, { 'Example.com/a': 'b' }, { a: 'b c' }, { a: 'b'.repeat(64) }, { 'a/b/c': 'd' }] as Record<string, string>[]).map((labels) => ({
    rule: groups.labelsAreOfKubernetes,
    passes: workers(group({ labels: { 'a': '', 'example.com/tier': 'Spot_1.a' } })),
    fails: workers(group({ labels })),
    at: `workerGroupSpecs[cpu].labels[${Object.keys(labels)[0]}]`,
  })),
  ...['4Gb', '-1', '', '1.5.1', '4 Gi', 'many'].map((memory) => ({
    rule: amounts.amountsAreQuantities,
    passes: asking({ limits: { memory: '1.5Gi', cpu: 4 as unknown as string }, requests: { memory: '1e9' } }),
    fails: asking({ limits: { memory } }),
    at: `${ASKING_AT}.limits.memory`,
  })),
  {
    rule: amounts.amountsAreQuantities,
    passes: { autoscalerOptions: { resources: { requests: { cpu: '500m' } } } },
    fails: { autoscalerOptions: { resources: { requests: { cpu: 'half' } } } },
    at: 'autoscalerOptions.resources.requests.cpu',
  },
  {
    rule: amounts.requestsAreWithinLimits,
    passes: asking({ requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1' } }),
    fails: asking({ requests: { cpu: '1500m' }, limits: { cpu: '1' } }),
    at: `${ASKING_AT}.requests.cpu`,
  },
  {
    rule: amounts.requestsAreWithinLimits,
    passes: asking({ requests: { [GPU]: '1' }, limits: { [GPU]: '1' } }),
    fails: asking({ requests: { [GPU]: '1' }, limits: { [GPU]: '2' } }),
    at: `${ASKING_AT}.requests.${GPU}`,
  },
  { rule: amounts.requestsAreWithinLimits, passes: asking({ limits: { [GPU]: '2' } }), fails: asking({ requests: { [GPU]: '1' } }), at: `${ASKING_AT}.requests.${GPU}` },
  { rule: amounts.requestsAreWithinLimits, passes: asking({ limits: { cpu: '1.5' } }), fails: asking({ limits: { [GPU]: '1.5' } }), at: `${ASKING_AT}.limits.${GPU}` },
];
