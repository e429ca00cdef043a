import { ApiObject, Chart, Duration, Lazy, Size } from 'cdk8s';
import { errorsOf, Refusal, refuses, untyped } from './refusals';
import { environment, IMAGE, manifests, newChart, only } from './synthesized';
import {
  BundleRoot, BundleStore, CloudIdentity, Ec2NodeClass, Ec2Selector, HeadNodePool, KarpenterNodePoolOptions, KubeRayVersion, KueueVersion,
  NetworkIsolation, QueueAdmission, RayCluster, RayJob, Rules, WorkerGroupOptions, WorkerNodePool,
} from '../../src';

const HEAD = { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes() };
const GROUP = { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 };
const NAMESPACE = 'at most 63 lower case letters, digits and dashes';

function cluster(options: object, chart = newChart()): RayCluster {
  return new RayCluster(chart, 'ray', { ...HEAD, namespaceName: 'ml', ...options });
}

function job(options: object, chart = newChart()): RayJob {
  return new RayJob(chart, 'train', { ...HEAD, namespaceName: 'ml', command: ['a'], ...options });
}

function group(options: Partial<WorkerGroupOptions>): () => void {
  return () => environment().addWorkerGroup('bad', { ...GROUP, ...options });
}

/** What bears options of a cluster, by the path at which it says so. */
const CLUSTERS: [string, (options: object) => unknown][] = [
  ['test/features', (options) => environment(options)], ['test/ray', (options) => cluster(options)], ['test/train', (options) => job(options)],
];

const KUBERAY: Refusal[] = ([
  ['1.4', 'KubeRayVersion.V1_4'], [1.5, 'KubeRayVersion.V1_5'], ['v1.6.2', 'KubeRayVersion.V1_6'], ['1.8', 'KubeRayVersion.of("1.8")'], [{}, 'KubeRayVersion.V1_7'], [null, 'KubeRayVersion.V1_7'],
] as const).flatMap(([kuberay, fix]): Refusal[] => [
  ...CLUSTERS.map(([path, make]): Refusal => [`${path}: kuberay: got ${JSON.stringify(kuberay)}, expected a KubeRayVersion`, () => make({ kuberay }), `kuberay: ${fix}`]),
  [`test: Rules.checkRayObjects kuberay: got ${JSON.stringify(kuberay)}, expected a KubeRayVersion`, () => Rules.checkRayObjects(newChart(), untyped(kuberay)), `kuberay: ${fix}`],
]);

const RELEASES: Refusal[] = [1.8, 'latest', 'v1.8', '1', undefined, null, ''].flatMap((minor): Refusal[] => {
  const given: any = minor;
  const got = JSON.stringify(minor) ?? 'nothing';
  return [
    [`KubeRayVersion.of: minor: got ${got}, expected a minor release`, () => KubeRayVersion.of(given), "KubeRayVersion.of('1.8'), as a text"],
    [`KueueVersion.of: minor: got ${got}, expected a minor release`, () => KueueVersion.of(given), "KueueVersion.of('0.20'), as a text"],
  ];
});

const POD_LABELS: Refusal[] = CLUSTERS.flatMap(([path, make]): Refusal[] => [
  [`${path}: podLabels["team a"]: got "x", expected a key of a label`, () => make({ podLabels: { 'team a': 'x' } }), 'podLabels: { team: "search" }'],
  [`${path}: podLabels["a/b/c"]: got "x", expected a key of a label`, () => make({ podLabels: { 'a/b/c': 'x' } }), 'podLabels: { team: "search" }'],
  [`${path}: podLabels["team"]: got "a b", expected at most 63 letters`, () => make({ podLabels: { team: 'a b' } }), 'use a plain word such as "search"'],
  [`${path}: podLabels["team"]: got "${'a'.repeat(64)}", expected at most 63 letters`, () => make({ podLabels: { team: 'a'.repeat(64) } }), 'use a plain word such as "search"'],
  [`${path}: podLabels["tier"]: got 1, expected a text`, () => make({ podLabels: { tier: 1 } }), 'podLabels: { "tier": "1" }'],
  [`${path}: podLabels["spot"]: got true, expected a text`, () => make({ podLabels: { spot: true } }), 'podLabels: { "spot": "true" }'],
  [`${path}: podLabels["team"]: got nothing, expected a text`, () => make({ podLabels: { team: undefined } }), 'podLabels: { "team": "search" }'],
  [`${path}: podLabels["ray.io/cluster"]: got "x", expected a key of your own`, () => make({ podLabels: { 'ray.io/cluster': 'x' } }), 'drop it, or use a key such as "acme.example/cluster"'],
  [`${path}: podLabels["geneva-constructs/cluster"]: got "x", expected a key of your own`, () => make({ podLabels: { 'geneva-constructs/cluster': 'x' } }),
    'drop it, or use a key such as "acme.example/cluster"'],
  [`${path}: podLabels: got "team", expected labels`, () => make({ podLabels: 'team' }), 'podLabels: { team: "search" }'],
]);

const NAMES: Refusal[] = CLUSTERS.slice(1).flatMap(([path, make]): Refusal[] => [
  ...['My_NS', '', 'a.b', undefined, null, 'A b', '-a', 'a'.repeat(64)].map((namespaceName): Refusal => (
    [`${path}: namespaceName: got ${JSON.stringify(namespaceName) ?? 'nothing'}, expected ${NAMESPACE}`, () => make({ namespaceName }), 'use a plain word such as "features"'])),
  ...['My_SA', '', null, 'A b', 5].map((serviceAccountName): Refusal => (
    [`${path}: serviceAccountName: got ${JSON.stringify(serviceAccountName)}, expected the name of a service account`, () => make({ serviceAccountName }),
      'use the account\'s own name, such as "ray", or leave it out'])),
]);

const HURRIED: Refusal[] = ([undefined, null, ''] as const).flatMap((got): Refusal[] => {
  const none: any = got;
  const told = got === undefined ? 'nothing' : JSON.stringify(got);
  return [
    [`BundleStore.s3: bucket: got ${told}, expected the name of a bucket`, () => BundleStore.s3(none), "BundleStore.s3('acme-bundles', 'features/')"],
    [`BundleStore.gcs: bucket: got ${told}, expected the name of a bucket`, () => BundleStore.gcs(none), "BundleStore.gcs('acme-bundles', 'features/')"],
    [`BundleStore.azure: account: got ${told}, expected the name of a storage account`, () => BundleStore.azure(none, 'bundles'), "BundleStore.azure('acmestorage', 'bundles', 'features/')"],
    [`BundleStore.azure: container: got ${told}, expected the name of a container`, () => BundleStore.azure('acmestorage', none), "BundleStore.azure('acmestorage', 'bundles', 'features/')"],
    [`BundleStore.local: path: got ${told}, expected a directory`, () => BundleStore.local(none), "BundleStore.local('/mnt/bundles')"],
    [`BundleRoot.workspace: path: got ${told}, expected a directory`, () => BundleRoot.workspace(none), "BundleRoot.workspace('src')"],
    [`CloudIdentity.azure: clientId: got ${told}, expected a GUID`, () => CloudIdentity.azure(none), 'copy it from the overview of the identity; its name is no id'],
    [`test/features: Rules.acknowledge('COST-01'): got ${told}, expected a reason`, () => Rules.acknowledge(environment(), 'COST-01', none),
      "Rules.acknowledge(construct, 'COST-01', 'why it is as it is')"],
    [`Ec2Selector.discovery: clusterName: got ${told}, expected the name of the EKS cluster`, () => Ec2Selector.discovery(none), "Ec2Selector.discovery('features')"],
    [`Ec2Selector.byTags: tags: got {${got === undefined ? '' : `"a":${told}`}}, expected 1 to 20 tags`, () => Ec2Selector.byTags({ a: none }), "Ec2Selector.byTags({ 'karpenter.sh/discovery': 'my-cluster' })"],
    [`Ec2Selector.byIds: ids: got [${got === undefined ? 'null' : told}], expected 1 to 30 ids`, () => Ec2Selector.byIds(none), "Ec2Selector.byIds('subnet-0a462d98193ff9fac'), or select by tags"],
    [`QueueAdmission.localQueue: clusterQueue: got ${told}, expected at most 253`, () => QueueAdmission.localQueue(none), 'copy the name: kubectl get localqueues,clusterqueues,workloadpriorityclasses'],
    [`QueueAdmission.fromLocalQueueName: queueName: got ${told}, expected at most 63`, () => QueueAdmission.fromLocalQueueName(none),
      'copy the name: kubectl get localqueues,clusterqueues,workloadpriorityclasses'],
    [`test/nodes: role: got ${told}, expected the name of an IAM role`,
      () => new Ec2NodeClass(newChart(), 'nodes', { ami: 'al2023@v20260801', role: none, subnets: Ec2Selector.discovery('a'), securityGroups: Ec2Selector.discovery('a') }),
      "role: 'KarpenterNodeRole-features'"],
  ];
});

const POOLS: [string, (options: any) => unknown][] = [
  ['test/features/RayCluster/HeadNodePool', (options: KarpenterNodePoolOptions) => environment({ headPool: HeadNodePool.karpenter(options) })],
  ['test/features/RayCluster/HeadNodePool', (options: KarpenterNodePoolOptions) => environment({ headPool: HeadNodePool.karpenterStatic(options) })],
  ['test/features/RayCluster/WorkerNodePool-bad', (options: KarpenterNodePoolOptions) => group({ pool: WorkerNodePool.karpenter(options) })()],
];

const NODES: [string, (options: any) => unknown][] = [
  ['HeadNodePool.fromLabelledNodes', (options) => HeadNodePool.fromLabelledNodes(options)], ['WorkerNodePool.fromLabelledNodes', (options) => WorkerNodePool.fromLabelledNodes(options)],
];

const KARPENTER: Refusal[] = [
  ...POOLS.flatMap(([path, make]): Refusal[] => [
    ...([['x86_64', 'amd64'], ['aarch64', 'arm64'], ['ARM64', 'arm64'], ['', 'amd64']] as const).map(([architecture, meant]): Refusal => (
      [`${path}: architecture: got "${architecture}", expected amd64 or arm64`, () => make({ architecture }), `architecture: "${meant}"`])),
    ...([['m7i.large', 'm7i'], ['M7A', 'm7a'], ['', 'm7i'], [5, 'm7i']] as const).map(([family, meant]): Refusal => (
      [`${path}: instanceFamilies: got ${JSON.stringify(family)}, expected families`, () => make({ instanceFamilies: ['m7i', family] }), `instanceFamilies: ["${meant}"]`])),
    [`${path}: instanceFamilies: got "m7i", expected a list`, () => make({ instanceFamilies: 'm7i' }), 'instanceFamilies: ["m7i"]'],
    [`${path}: instanceCpus: got 8, expected a list`, () => make({ instanceCpus: 8 }), 'instanceCpus: [8]'],
    [`${path}: capacityTypes: got [], expected at least one`, () => make({ capacityTypes: [] }), 'capacityTypes: [CapacityType.ON_DEMAND]'],
    [`${path}: capacityTypes: got "on_demand", expected one of "on-demand", "reserved", "spot"`, () => make({ capacityTypes: ['on_demand'] }), 'capacityTypes: [CapacityType.ON_DEMAND]'],
    [`${path}: capacityTypes: got "reserved", expected a list`, () => make({ capacityTypes: 'reserved' }), 'capacityTypes: ["reserved"]'],
    ...['', 'A b', undefined].map((name): Refusal => [
      `${path}: nodeClass.name: got ${JSON.stringify(name) ?? 'nothing'}, expected the name of a node class`, () => make({ nodeClass: { name } }), 'nodeClass: { name: "default" }',
    ]),
    [`${path}: nodeClass: got "ray", expected the node class`, () => make({ nodeClass: 'ray' }), 'nodeClass: { name: "ray" }'],
  ]),
  ...[...POOLS, ...NODES].flatMap(([path, make]): Refusal[] => ['team a!', 'a'.repeat(64), 5, true].map((labelValue): Refusal => (
    [`${path}: labelValue: got ${JSON.stringify(labelValue)}, expected `, () => make({ labelValue }), typeof labelValue === 'string' ? 'labelValue: "ray"' : `labelValue: "${labelValue}"`]))),
  ...POOLS.map(([path, make]): Refusal => [`${path}: labelValue: got "", expected `, () => make({ labelValue: '' }), 'labelValue: "ray", or leave it out to have the default']),
  ...NODES.flatMap(([path, make]): Refusal[] => ['x', NaN, 0, -1].map((nodeCpu): Refusal => (
    [`${path}: nodeCpu: got ${typeof nodeCpu === 'string' ? '"x"' : nodeCpu}, expected a number above 0`, () => make({ nodeCpu }), 'leave it out to have the default']))),
  ['WorkerNodePool.fromLabelledNodes: nodeGpus: got "8", expected a whole number, at least 0', () => WorkerNodePool.fromLabelledNodes(untyped({ nodeGpus: '8' })), 'nodeGpus: 8'],
];

const BEYOND = 'expected at most 2147483647';
const SIZES: Refusal[] = [
  [`test/features/RayCluster: worker group "bad" priority: got 2147483648, ${BEYOND}`, group({ priority: 2 ** 31 }), 'use 2147483647'],
  [`test/features/RayCluster: worker group "bad" idleTimeout: got "3153600000 seconds", ${BEYOND}`, group({ idleTimeout: Duration.days(36500) }), 'Duration.seconds(2147483647)'],
  [`test/train: timeLimit: got "2592000000 seconds", ${BEYOND}`, () => job({ timeLimit: Duration.days(30000) }), 'Duration.seconds(2147483647)'],
  [`test/train: startLimit: got "2592000000 seconds", ${BEYOND}`, () => job({ startLimit: Duration.days(30000) }), 'Duration.seconds(2147483647)'],
  [`test/train: keepFinished: got "2592000000 seconds", ${BEYOND}`, () => job({ keepFinished: Duration.days(30000) }), 'Duration.seconds(2147483647)'],
  [`test/train: retries: got 3000000000, ${BEYOND}`, () => job({ retries: 3e9 }), 'use 2147483647'],
  [`test/features: runClusters.timeLimit: got "2592000000 seconds", ${BEYOND}`, () => environment({ runClusters: { timeLimit: Duration.days(30000) } }), 'Duration.seconds(2147483647)'],
  ['test/features/RayCluster: worker group "bad" priority: got "16Gi", expected a whole number', group({ priority: untyped('16Gi') }), 'use 0'],
  ['test/features/RayCluster: worker group "bad" cpu: got NaN, expected a whole number', group({ cpu: NaN }), 'use 1'],
  ['test/features/RayCluster: worker group "bad" cpu: got Infinity, expected a whole number', group({ cpu: Infinity }), 'use 1'],
  ['test/features/RayCluster: worker group "bad" memory: got 322122547.2, expected a whole number', group({ memory: Size.gibibytes(0.3) }), 'memory: Size.mebibytes(308)'],
  ['test/features/RayCluster: worker group "bad" memory: got 0, expected a whole number', group({ memory: Size.gibibytes(0) }), 'memory: Size.gibibytes(16)'],
  ['test/features/RayCluster: headMemory: got 322122547.2, expected a whole number', () => environment({ headMemory: Size.gibibytes(0.3) }), 'headMemory: Size.mebibytes(308)'],
  ['test/features/RayCluster: worker group "twice": got "twice", expected a name that no other worker group has', () => {
    const env = environment();
    ['', ''].forEach(() => env.addWorkerGroup('twice', { ...GROUP, pool: WorkerNodePool.karpenter() }));
  }, 'give one of the two another name'],
];

const SUBMITTERS: Refusal[] = [
  ...['', 'a b', undefined, null].map((image): Refusal => (
    [`test/features: scheduleSubmitter.image: got ${JSON.stringify(image) ?? 'nothing'}, expected registry, repository and tag or digest`,
      () => environment(untyped({ scheduleSubmitter: { image } })), "scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' }"])),
  ...(['', 'dist', './dist', 5] as const).map((stackDirectory): Refusal => (
    [`test/features: scheduleSubmitter.stackDirectory: got ${JSON.stringify(stackDirectory)}, expected an absolute path in the image`,
      () => environment(untyped({ scheduleSubmitter: { image: 'a:1', stackDirectory } })), 'stackDirectory: "/app/dist"'])),
  ['test/features/Submitters: groups: got "", expected names, none of them empty', () => environment().addSubmitters({ groups: ['a', ''] }), "groups: ['data-scientists']"],
  ['test/features/Submitters: users: got "", expected names, none of them empty', () => environment().addSubmitters({ users: [''] }), "users: ['ada']"],
  ...['10.0.0.0', 'nonsense', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/', ''].map((cidr): Refusal => (
    [`test/features/Submitters: apiServerCidrs: got "${cidr}", expected ranges of addresses`, () => environment().addSubmitters({ users: ['ada'], apiServerCidrs: ['10.0.0.0/16', 'fd00::/8', cidr] }),
      cidr === '10.0.0.0' ? 'apiServerCidrs: ["10.0.0.0/32"], or the range it is from' : 'apiServerCidrs: ["10.0.0.0/16"]'])),
];

const SELECTS_ALL: Refusal[] = [
  ['NetworkIsolation.enforced: submitterNamespaces: got {}, expected at least one label', () => NetworkIsolation.enforced({ submitterNamespaces: {} })],
  ['NetworkIsolation.enforced: operatorNamespace: got {}, expected at least one label', () => NetworkIsolation.enforced({ operatorNamespace: {} })],
  ['test/features/Monitoring: prometheusNamespace: got {}, expected at least one label', () => environment().addMonitoring({ prometheusNamespace: {} })],
  ['test/features/GenevaClientConfig: clientNamespace: got {}, expected at least one label', () => environment().addGenevaClientConfig({ clientNamespace: {} })],
  ['NetworkIsolation.enforced: submitterNamespaces: got "ml", expected labels', () => NetworkIsolation.enforced(untyped({ submitterNamespaces: 'ml' }))],
  ['NetworkIsolation.enforced: submitterNamespaces: got null, expected labels', () => NetworkIsolation.enforced(untyped({ submitterNamespaces: null }))],
].map(([told, act]): Refusal => {
  const at = /: (\w+): /.exec(told as string)![1];
  return [told as string, act as () => unknown, `${at}: { "kubernetes.io/metadata.name": "ml" }, or leave it out to have the default`];
});

refuses([...KUBERAY, ...RELEASES, ...POD_LABELS, ...NAMES, ...HURRIED, ...KARPENTER, ...SIZES, ...SUBMITTERS, ...SELECTS_ALL]);

test.each([[Infinity, 1], [3e9, 2147483647]])('at most %p workers are told at synth, with as many as there may be', (maxReplicas, most) => {
  const told = errorsOf(() => {
    const env = environment();
    env.addWorkerGroup('bad', { ...GROUP, maxReplicas });
    manifests(env);
  });
  expect(told).toEqual([expect.stringMatching(new RegExp(`got \\{"minReplicas":0,"maxReplicas":${maxReplicas}\\}.*Fix: maxReplicas: ${most} .*RAY-P4`, 's'))]);
});

test.each(['2025-ml', '0', 'a'.repeat(63)])('the namespace %s is a DNS label, and so one of Kubernetes', (namespaceName) => {
  const chart = newChart();
  cluster({ namespaceName }, chart);
  job({ namespaceName }, chart);
  environment({ namespaceName }, chart);
  expect(only(manifests(chart), 'Namespace').metadata.name).toBe(namespaceName);
  const given = manifests(environment({}, newChart({ namespace: namespaceName })));
  expect(given.filter(({ metadata }) => metadata.namespace === namespaceName).length).toBeGreaterThan(3);
});

test('a service account may have dots in its name, and none is fine', () => {
  const chart = newChart();
  cluster({ serviceAccountName: 'ray.acme' }, chart);
  job({ serviceAccountName: undefined }, chart);
  expect(only(manifests(chart), 'RayCluster').spec.headGroupSpec.template.spec.serviceAccountName).toBe('ray.acme');
});

test('labels that are made late, or by whoever installs a chart, are left to them', () => {
  const podLabels = {
    'acme.example/team': '',
    'cost-centre': Lazy.any({ produce: () => 'search' }),
    'token': untyped({ resolve: () => 'late' }),
    'release': '{{ .Release.Name }}',
  };
  CLUSTERS.forEach(([, make]) => {
    const { spec } = JSON.parse(JSON.stringify(manifests(Chart.of(make({ podLabels }) as RayJob)))).find(({ kind }: any) => /^Ray(Cluster|Job)$/.test(kind));
    expect((spec.rayClusterSpec ?? spec).headGroupSpec.template.metadata.labels).toMatchObject({
      'acme.example/team': '', 'cost-centre': 'search', 'token': 'late', 'release': '{{ .Release.Name }}',
    });
  });
});

test('raw objects are checked against the KubeRay that is named', () => {
  const chart = newChart();
  new ApiObject(chart, 'raw', untyped({
    apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name: 'raw' }, spec: { upgradeStrategy: { type: 'Recreate' } },
  }));
  Rules.checkRayObjects(chart, KubeRayVersion.V1_4);
  expect(errorsOf(() => manifests(chart)).join()).toMatch(/upgradeStrategy.*VER-01/s);
});
