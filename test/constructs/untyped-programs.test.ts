import { Cron, Size } from 'cdk8s';
import { Refusal, refuses, untyped } from './refusals';
import { environment, IMAGE, newChart } from './synthesized';
import {
  BackfillJob, BundleRoot, BundleStore, CloudIdentity, ComputeEnvironment, Ec2NodeClass, Ec2Selector, GenevaClientConfig, HeadNodePool,
  ImagePrePull, MaterializedViewJob, NetworkIsolation, QueueAdmission, RayCluster, RayImage, RayJob, RayMonitoring, SitePackages,
  SubmitterAccess, WorkerNodePool, WorkspaceBundle,
} from '../../src';

const HEAD = { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes() };
const BACKFILL = { table: '/t.lance', column: 'a', udf: 'a:a' };
const VIEW = { source: '/a', destination: '/b' };
const NODE_CLASS = { ami: 'al2023@v20260801', role: 'nodes', subnets: Ec2Selector.discovery('a'), securityGroups: Ec2Selector.discovery('a') };
const NONE: any = undefined;

const job = (options: object) => new RayJob(newChart(), 'train', untyped({ ...HEAD, namespaceName: 'ml', command: ['a'], ...options }));
const cluster = (options: object) => new RayCluster(newChart(), 'ray', untyped({ ...HEAD, namespaceName: 'ml', ...options }));
const backfill = (options: object) => environment().addBackfill('job', untyped({ ...BACKFILL, ...options }));
const view = (options: object) => environment().addMaterializedView('view', untyped({ ...VIEW, ...options }));
const scheduled = (schedule: unknown) => environment({ scheduleSubmitter: { image: 'a:1' } }).addBackfill('job', untyped({ ...BACKFILL, schedule }));

const MISSING: Refusal[] = [
  ['test/x: options: got nothing, expected options by their names', () => new ComputeEnvironment(newChart(), 'x', NONE), '{ image: ..., headPool: ... }'],
  ['test/x: options: got null, expected options by their names', () => new ComputeEnvironment(newChart(), 'x', untyped(null)), '{ image: ..., headPool: ... }'],
  ['test/x: options: got "features", expected options by their names', () => new ComputeEnvironment(newChart(), 'x', untyped('features')), '{ image: ..., headPool: ... }'],
  ['test/x: options: got nothing, expected options by their names', () => new RayJob(newChart(), 'x', NONE), '{ image: ..., headPool: ..., namespaceName: ..., command: ... }'],
  ['test/x: options: got nothing, expected options by their names', () => new RayCluster(newChart(), 'x', NONE), '{ image: ..., headPool: ..., namespaceName: ... }'],
  ['test/x: options: got nothing, expected options by their names', () => new (class extends RayJob {})(newChart(), 'x', NONE), '{ image: ..., headPool: ..., namespaceName: ..., command: ... }'],
  ['test/x: options: got nothing, expected options by their names', () => new WorkspaceBundle(newChart(), 'x', NONE), '{ roots: ..., store: ... }'],
  ['test/x: options: got nothing, expected options by their names', () => new Ec2NodeClass(newChart(), 'x', NONE), '{ ami: ..., role: ..., subnets: ..., securityGroups: ... }'],
  ['test/features/RayCluster: worker group "gpu" options: got nothing, expected options by their names', () => environment().addWorkerGroup('gpu', NONE), '{ cpu: ..., memory: ..., maxReplicas: ... }'],
  ['test/train: worker group "gpu" options: got null, expected options by their names', () => job({}).addWorkerGroup('gpu', untyped(null)), '{ cpu: ..., memory: ..., maxReplicas: ... }'],
  ['RayImage x:1: options: got nothing, expected options by their names', () => RayImage.fromRegistry('x:1', NONE), '{ rayVersion: ..., pythonVersion: ... }'],
  ['HeadNodePool.karpenter: options: got null, expected options by their names', () => HeadNodePool.karpenter(untyped(null)), 'leave them out to have the defaults'],
  ['BundleRoot.sitePackages: options: got nothing, expected options by their names', () => BundleRoot.sitePackages('lib', NONE), '{ pythonVersion: ... }'],
  ['BundleRoot.pythonPath: options: got nothing, expected options by their names', () => BundleRoot.pythonPath(NONE), '{ workspace: ... }'],
  ['BundleStore.s3: prefix: got null, expected what the keys begin with', () => BundleStore.s3('acme-bundles', untyped(null)), "leave it out, or write 'features/'"],
];

const MISSPELT: Refusal[] = ([
  ['test/features/Submitters: option', 'group', 'groups', () => environment().addSubmitters(untyped({ group: ['a'] }))],
  ['test/features/Monitoring: option', 'intervals', 'interval', () => environment().addMonitoring(untyped({ intervals: 1 }))],
  ['test/features/ImagePrePull: option', 'workerGroup', 'workerGroups', () => environment().addImagePrePull(untyped({ workerGroup: ['cpu'] }))],
  ['test/features/GenevaClientConfig: option', 'pips', 'pip', () => environment().addGenevaClientConfig(untyped({ pips: ['a'] }))],
  ['NetworkIsolation.enforced: option', 'submitterNamespace', 'submitterNamespaces', () => NetworkIsolation.enforced(untyped({ submitterNamespace: { a: 'b' } }))],
  ['QueueAdmission.localQueue: option', 'queuename', 'queueName', () => QueueAdmission.localQueue('batch', untyped({ queuename: 'a' }))],
  ['QueueAdmission.fromLocalQueueName: option', 'priorityclass', 'priorityClass', () => QueueAdmission.fromLocalQueueName('batch', untyped({ priorityclass: 'a' }))],
  ['test/features: scheduleSubmitter option', 'stackDir', 'stackDirectory', () => environment({ scheduleSubmitter: untyped({ image: 'a:1', stackDir: '/app' }) })],
  ['test/ray: option', 'serviceAccountname', 'serviceAccountName', () => cluster({ serviceAccountname: 'a' })],
  ['test/nodes: option', 'disksize', 'diskSize', () => new Ec2NodeClass(newChart(), 'nodes', untyped({ ...NODE_CLASS, disksize: Size.gibibytes(1) }))],
  ['BundleRoot.workspace: option', 'excludes', 'exclude', () => BundleRoot.workspace('src', untyped({ excludes: [] }))],
  ['BundleRoot.pythonPath: option', 'interpretor', 'interpreter', () => BundleRoot.pythonPath(untyped({ workspace: 'src', interpretor: 'python3' }))],
  ['BundleRoot.sitePackages: option', 'python', 'pythonVersion', () => BundleRoot.sitePackages('lib', untyped({ python: '3.12' }))],
  ['CloudIdentity.azure: option', 'tenant', 'tenantId', () => CloudIdentity.azure('12345678-1234-1234-1234-123456789012', untyped({ tenant: 'x' }))],
  ['SitePackages.bundle: option', 'architectures', 'architecture', () => SitePackages.bundle('.venv', untyped({ architectures: 'x86_64' }))],
] as const).map(([place, name, meant, act]): Refusal => [`${place}: got "${name}", expected one that there is`, act, `did you mean ${meant}?`]);

const WRONG: Refusal[] = [
  ['test/features: environmentName: got 5, expected at least one letter', () => environment({ environmentName: untyped(5) }), 'environmentName: "features"'],
  ['test/ray: label: got true, expected at least one letter', () => cluster({ label: true }), 'label: "features"'],
  ['test/features: serviceAccount: got "ray", expected a service account of cdk8s-plus', () => environment({ serviceAccount: untyped('ray') }),
    "serviceAccount: ServiceAccount.fromServiceAccountName(this, 'Account', \"ray\"), of cdk8s-plus"],
  ...([['test/features', (options: object) => environment(options)], ['test/train', job], ['test/ray', cluster]] as const).flatMap(([path, make]): Refusal[] => [
    [`${path}: authentication: got "NONE", expected one of "token", "none"`, () => make({ authentication: 'NONE' }), 'authentication: Authentication.NONE'],
    [`${path}: authentication: got true, expected one of "token", "none"`, () => make({ authentication: true }), 'authentication: Authentication.TOKEN'],
    [`${path}: upscalingMode: got "conservative", expected one of "Default", "Aggressive", "Conservative"`, () => make({ upscalingMode: 'conservative' }), 'upscalingMode: UpscalingMode.CONSERVATIVE'],
    [`${path}: queueAdmission: got "batch", expected a QueueAdmission`, () => make({ queueAdmission: 'batch' }), 'queueAdmission: QueueAdmission.localQueue("batch"), with the name of a ClusterQueue'],
  ]),
  ...([['test/features', (options: object) => environment(options)], ['test/ray', cluster]] as const).flatMap(([path, make]): Refusal[] => [
    [`${path}: upgradeStrategy: got "recreate", expected one of "NewCluster", "Recreate"`, () => make({ upgradeStrategy: 'recreate' }), 'upgradeStrategy: UpgradeStrategy.RECREATE'],
    [`${path}: upgradeStrategy: got "new-cluster", expected one of "NewCluster", "Recreate"`, () => make({ upgradeStrategy: 'new-cluster' }), 'upgradeStrategy: UpgradeStrategy.NEW_CLUSTER'],
  ]),
  ['QueueAdmission.localQueue: kueue: got "0.19", expected a KueueVersion', () => QueueAdmission.localQueue('batch', { kueue: untyped('0.19') }), 'kueue: KueueVersion.V0_19'],
  ['test/features: scheduleSubmitter.cloudIdentity: got "arn:aws", expected a CloudIdentity', () => environment({ scheduleSubmitter: untyped({ image: 'a:1', cloudIdentity: 'arn:aws' }) }),
    'cloudIdentity: CloudIdentity.eksPodIdentity()'],
  ['test/features: scheduleSubmitter options: got "a:1", expected options by their names', () => environment({ scheduleSubmitter: untyped('a:1') }), '{ image: ... }'],

  ['test/features/job: onError: got "nonsense", expected one of "fail", "skip", "retry"', () => backfill({ onError: 'nonsense' }), 'onError: ErrorPolicy.FAIL'],
  ['test/features/job: onError: got "SKIP", expected one of "fail", "skip", "retry"', () => backfill({ onError: 'SKIP' }), 'onError: ErrorPolicy.SKIP'],
  ...(['clusterPerRun', 'followAppends', 'waitForColumn'] as const).flatMap((option): Refusal[] => [
    [`test/features/job: ${option}: got "false", expected true or false`, () => backfill({ [option]: 'false' }), `${option}: false`],
    [`test/features/job: ${option}: got 1, expected true or false`, () => backfill({ [option]: 1 }), `${option}: true`],
  ]),
  ['test/features/view: clusterPerRun: got "true", expected true or false', () => view({ clusterPerRun: 'true' }), 'clusterPerRun: true'],
  ['test/features/job: column: got 5, expected names of columns', () => backfill({ column: 5 }), 'name each column that the function fills once'],
  ['test/features/job: columns: got ["a",5], expected names of columns', () => backfill({ column: undefined, columns: ['a', 5] }), 'name each column that the function fills once'],
  ['test/features/job: columns: got "width", expected a list', () => backfill({ column: undefined, columns: 'width' }), 'columns: ["width"]'],
  ['test/features/job: inputs["a"]: got 5, expected a text', () => backfill({ inputs: { a: 5 } }), 'inputs: { "a": "5" }'],
  ['test/features/job: inputs: got "a", expected texts by their names', () => backfill({ inputs: 'a' }), 'inputs: { text: "body" }'],
  ['test/features/job: where: got true, expected a text', () => backfill({ where: true }), 'where: "words IS NULL"'],
  ['test/features/job: workerGroup: got ["gpu"], expected a text', () => backfill({ workerGroup: ['gpu'] }), 'workerGroup: "cpu"'],
  ['test/features/job: outputType: got 5, expected a text', () => backfill({ outputType: 5 }), 'outputType: "int64"'],
  ['test/features/job: udfVersion: got 2, expected a text', () => backfill({ udfVersion: 2 }), 'udfVersion: "2"'],
  ['test/features/view: select: got "doc", expected a list', () => view({ select: 'doc' }), 'select: ["doc"]'],
  ['test/features/view: select[1]: got 5, expected a text', () => view({ select: ['doc', 5] }), 'select: ["doc","5"]'],
  ['test/features/view: columns: got {}, expected a list', () => view({ columns: {} }), 'columns: [{ column: ..., udf: ... }]'],

  ['test/features/job: schedule.cron: got "0 3 * * *", expected a Cron of cdk8s', () => scheduled({ cron: '0 3 * * *' }), "cron: Cron.schedule({ minute: '0', hour: '3' })"],
  ['test/features/job: schedule.cron: got "*/5 * * * 1-5", expected a Cron of cdk8s', () => scheduled({ cron: '*/5 * * * 1-5' }), "cron: Cron.schedule({ minute: '*/5', weekDay: '1-5' })"],
  ['test/features/job: schedule.cron: got "* * * * *", expected a Cron of cdk8s', () => scheduled({ cron: '* * * * *' }), 'cron: Cron.everyMinute()'],
  ['test/features/job: schedule.cron: got nothing, expected a Cron of cdk8s', () => scheduled({}), "cron: Cron.schedule({ minute: '0', hour: '3' })"],
  ['test/features/job: schedule options: got "0 3 * * *", expected options by their names', () => scheduled('0 3 * * *'), '{ cron: ... }'],
  ['test/features/job: schedule.suspended: got "false", expected true or false', () => scheduled({ cron: Cron.daily(), suspended: 'false' }), 'suspended: false'],
  ['test/features/job: schedule.timeZone: got 1, expected a text', () => scheduled({ cron: Cron.daily(), timeZone: 1 }), 'timeZone: "Europe/Berlin"'],

  ['test/train: command: got "python x.py", expected program and arguments, as a list', () => job({ command: 'python x.py' }), 'command: ["python","x.py"]'],
  ['test/train: command: got nothing, expected program and arguments, as a list', () => job({ command: undefined }), 'command: ["python","-m","features.train"]'],
  ['test/train: command[1]: got 5, expected a text', () => job({ command: ['sleep', 5] }), 'command: ["sleep","5"]'],
  ['test/train: environmentVariables["A"]: got 1, expected a text', () => job({ environmentVariables: { A: 1 } }), 'environmentVariables: { "A": "1" }'],

  ['test/features/Submitters: groups: got "x", expected a list', () => environment().addSubmitters(untyped({ groups: 'x' })), 'groups: ["x"]'],
  ['test/features/Submitters: apiServerCidrs: got "10.0.0.0/8", expected a list', () => environment().addSubmitters(untyped({ users: ['ada'], apiServerCidrs: '10.0.0.0/8' })), 'apiServerCidrs: ["10.0.0.0/8"]'],
  ['test/features/Submitters: portForward: got "no", expected true or false', () => environment().addSubmitters(untyped({ users: ['ada'], portForward: 'no' })), 'portForward: false'],
  ['test/features/ImagePrePull: workerGroups: got "gpu", expected a list', () => environment().addImagePrePull(untyped({ workerGroups: 'gpu' })), 'workerGroups: ["gpu"]'],
  ['test/features/GenevaClientConfig: pip: got "lancedb", expected a list', () => environment().addGenevaClientConfig(untyped({ pip: 'lancedb' })), 'pip: ["lancedb"]'],
  ['test/nodes: subnets: got "subnet-1", expected an Ec2Selector', () => new Ec2NodeClass(newChart(), 'nodes', untyped({ ...NODE_CLASS, subnets: 'subnet-1' })), "subnets: Ec2Selector.discovery('features')"],
  ['test/nodes: name: got null, expected at most 63', () => new Ec2NodeClass(newChart(), 'nodes', untyped({ ...NODE_CLASS, name: null })), "name: 'ray-nodes'"],
  ['test/features/RayCluster/WorkerNodePool-bad: nodeClass: got "the construct test/nodes", expected the node class',
    () => {
      const chart = newChart();
      const nodeClass = untyped(new Ec2NodeClass(chart, 'nodes', NODE_CLASS));
      environment({}, chart).addWorkerGroup('bad', { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1, pool: WorkerNodePool.karpenter({ nodeClass }) });
    },
    'nodeClass: nodes.reference, of an Ec2NodeClass, or { name: "default" }'],
];

const HOMELESS: Refusal[] = ([undefined, null, 'features', newChart()] as const).flatMap((environmentGiven): Refusal[] => {
  const given: any = environmentGiven;
  const got = given === undefined ? 'nothing' : typeof given === 'object' && given ? '"the construct test"' : JSON.stringify(given);
  const told = `test/x: environment: got ${got}, expected a ComputeEnvironment`;
  const fix = 'environment: new ComputeEnvironment(chart, "features", { ... }), or one that there is';
  return [
    [told, () => new BackfillJob(newChart(), 'x', { ...BACKFILL, environment: given }), fix],
    [told, () => new MaterializedViewJob(newChart(), 'x', { ...VIEW, environment: given }), fix],
    [told, () => new RayMonitoring(newChart(), 'x', { environment: given }), fix],
    [told, () => new ImagePrePull(newChart(), 'x', { environment: given }), fix],
    [told, () => new SubmitterAccess(newChart(), 'x', { environment: given, users: ['ada'] }), fix],
    [told, () => new GenevaClientConfig(newChart(), 'x', { environment: given }), fix],
  ];
});

refuses([...MISSING, ...MISSPELT, ...WRONG, ...HOMELESS]);

test('an option of a cluster that a subclass of an environment has beside ours does not reach the cluster', () => {
  class Features extends ComputeEnvironment {}
  expect(() => new Features(newChart(), 'features', untyped({ ...HEAD, team: 'search' }))).not.toThrow();
});
