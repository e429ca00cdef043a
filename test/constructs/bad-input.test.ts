import { ApiObject, App, Chart, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import { errorsOf, untyped } from './refusals';
import { environment, IMAGE, manifests, newChart, only } from './synthesized';
import { CapacityType, ComputeEnvironment, Ec2NodeClass, Ec2Selector, HeadNodePool, RayImage, RayJob, WorkerGroupOptions, WorkerNodePool, WorkspaceBundle } from '../../src';
import { temporaryDirectory } from '../temporary-directory';

const GROUP = { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 };
const BACKFILL = { table: '/t.lance', column: 'a', udf: 'a:a' };
const NODE_CLASS = { ami: 'al2023@v20260801', role: 'nodes', subnets: Ec2Selector.discovery('a'), securityGroups: Ec2Selector.discovery('a') };
const LONG = 'n'.repeat(64);

/** A text as a regular expression that matches just it. */
function literal(text: string): string {
  return text.replace(/[.()]/g, '\\$&');
}

/** An environment to which something was done, synthesized. */
function synthWith(change: (env: ComputeEnvironment) => void, env = environment()): void {
  change(env);
  manifests(env);
}

function groupWith(options: Partial<WorkerGroupOptions>, name = 'bad'): () => void {
  return () => synthWith((env) => env.addWorkerGroup(name, { ...GROUP, ...options }));
}

/** A change of what one Ray worker asks for. */
function asking(field: string, value: unknown): () => void {
  return () => synthWith((env) => ApiObject.of(env).addJsonPatch(JsonPatch.add(`/spec/workerGroupSpecs/0/template/spec/containers/0/resources/${field}`, value)));
}

function rayImage(rayVersion: string, image = 'ray:1'): RayImage {
  return RayImage.fromRegistry(image, { rayVersion, pythonVersion: '3.12' });
}

function rayJob(id: string, options: object = {}): () => void {
  return () => {
    const chart = newChart();
    new RayJob(chart, id, { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml', command: ['a'], ...options });
    manifests(chart);
  };
}

function job(options: object): () => void {
  return () => synthWith((env) => env.addBackfill('job', { ...BACKFILL, ...options }));
}

const CASES: [string, () => unknown, RegExp][] = [
  ...['', LONG, 'Features', 'a.b', 'ü', '日本'].flatMap((name): [string, () => unknown, RegExp][] => [
    [`namespace ${name}`, () => environment({ namespaceName: name }), new RegExp(`^test/features: namespaceName: got "${name}", expected at most 63 `)],
    [`worker group ${name}`, groupWith({}, name), new RegExp(`^\\[test/features/RayCluster\\] workerGroupSpecs\\[${name}\\]: got "${name}", expected .*NAME-07`, 's')],
  ]),
  ...[LONG, 'Features', 'a.b', 'ü'].map((name): [string, () => unknown, RegExp] => (
    [`job ${name}`, () => environment().addBackfill(name, BACKFILL), new RegExp(`^test/features/${name}: id: got "${name}", expected at most 63 `)]
  )),
  ['job without a name', () => environment().addBackfill('', BACKFILL), /empty ID/],
  ...['', 'ü', '日本'].map((name): [string, () => unknown, RegExp] => (
    [`environment ${name}`, () => environment({ environmentName: name }), new RegExp(`^test/features: environmentName: got "${name}", expected at least one letter`)]
  )),
  ['RayJob 日本', rayJob('日本'), /^test\/日本: id: got "日本", expected at least one letter/],

  ['memory of no size', groupWith({ memory: Size.gibibytes(0) }), /^test\/features\/RayCluster: worker group "bad" memory: got 0, expected a whole number, at least 1/],
  ['memory of a fraction of a byte', groupWith({ memory: Size.gibibytes(0.3) }), /worker group "bad" memory: got 322122547\.2, expected a whole number/],
  ['memory below zero', () => Size.gibibytes(-1), /negative.*-1/],
  ...([
    ['16Gi', 'Size.gibibytes(16)'], ['512 MiB', 'Size.mebibytes(512)'], ['16GB', 'Size.gibibytes(16)'], [16, 'Size.gibibytes(16)'], [17179869184, 'Size.gibibytes(16)'],
    [undefined, 'Size.gibibytes(16)'], [null, 'Size.gibibytes(16)'], ['much', 'Size.gibibytes(16)'],
  ] as const).map(([memory, fix]): [string, () => unknown, RegExp] => [
    `memory that is no Size: ${memory}`,
    groupWith({ memory: untyped(memory) }),
    new RegExp(`^test/features/RayCluster: worker group "bad" memory: got ${memory === undefined ? 'nothing' : JSON.stringify(memory)}, expected a Size\\.\n  Fix: memory: ${literal(fix)}$`),
  ]),
  ...([
    ['headMemory', () => environment({ headMemory: untyped('16Gi') }), 'test/features/RayCluster: headMemory'],
    ['memoryPerWorker', job({ memoryPerWorker: '16Gi' }), 'test/features/job: memoryPerWorker'],
    ['nodeMemory of heads', () => HeadNodePool.fromLabelledNodes({ nodeMemory: untyped('16Gi') }), 'HeadNodePool.fromLabelledNodes: nodeMemory'],
    ['nodeMemory of workers', () => WorkerNodePool.fromLabelledNodes({ nodeMemory: untyped('16Gi') }), 'WorkerNodePool.fromLabelledNodes: nodeMemory'],
    ['diskSize', () => new Ec2NodeClass(newChart(), 'nodes', { ...NODE_CLASS, diskSize: untyped('16Gi') }), 'test/nodes: diskSize'],
  ] as const).map(([what, act, place]): [string, () => unknown, RegExp] => [
    `${what} that is no Size`, act, new RegExp(`^${literal(place)}: got "16Gi", expected a Size\\.\n  Fix: ${what.split(' ')[0]}: Size\\.gibibytes\\(16\\)$`),
  ]),
  ...([
    [180, 'Duration.seconds(180)'], ['180', 'Duration.seconds(180)'], ['3m', 'Duration.minutes(3)'], ['3 hours', 'Duration.hours(3)'], ['500ms', 'Duration.millis(500)'],
    [null, 'Duration.seconds(60)'], ['long', 'Duration.seconds(60)'],
  ] as const).map(([idleTimeout, fix]): [string, () => unknown, RegExp] => [
    `an idle timeout that is no Duration: ${idleTimeout}`,
    groupWith({ idleTimeout: untyped(idleTimeout) }),
    new RegExp(`^test/features/RayCluster: worker group "bad" idleTimeout: got ${JSON.stringify(idleTimeout)}, expected a Duration\\.\n  Fix: idleTimeout: ${literal(fix)}$`),
  ]),
  ...([
    ['autoscalerInterval', () => environment({ autoscalerInterval: untyped(180) }), 'test/features/RayCluster: autoscalerInterval'],
    ...['checkpointInterval', 'retryDelay', 'batchTimeout'].map((option) => [option, job({ [option]: 180 }), `test/features/job: ${option}`] as const),
    ...['timeLimit', 'startLimit', 'keepFinished'].flatMap((option) => [
      [option, () => environment({ runClusters: { [option]: untyped(180) } }), `test/features: runClusters.${option}`] as const,
      [option, rayJob('train', { [option]: 180 }), `test/train: ${option}`] as const,
    ]),
    ['timeLimit', () => environment({ scheduleSubmitter: { image: 'submitter:1' } }).addBackfill('job', { ...BACKFILL, schedule: { cron: Cron.daily(), timeLimit: untyped(180) } }),
      'test/features/Submitter: job "job" timeLimit'],
    ['interval', () => environment().addMonitoring({ interval: untyped(180) }), 'test/features/Monitoring: interval'],
    ['keepEmpty', groupWith({ pool: WorkerNodePool.karpenter({ keepEmpty: untyped(180) }) }), 'test/features/RayCluster/WorkerNodePool-bad: keepEmpty'],
  ] as const).map(([option, act, place]): [string, () => unknown, RegExp] => [
    `${place} that is no Duration`, act, new RegExp(`^${literal(place)}: got 180, expected a Duration\\.\n  Fix: ${option}: Duration\\.seconds\\(180\\)$`),
  ]),
  ...([['no cpu', undefined, 'nothing', 'use 1'], ['cpu as a text', '8', '"8"', 'cpu: 8']] as const).map(([what, cpu, got, fix]): [string, () => unknown, RegExp] => [
    what, groupWith({ cpu: untyped(cpu) }), new RegExp(`^test/features/RayCluster: worker group "bad" cpu: got ${got}, expected a whole number, at least 1\\.\n  Fix: ${fix}$`),
  ]),
  ['CPUs of a copy as a text', job({ cpusPerWorker: '0.5' }), /^test\/features\/job: cpusPerWorker: got "0\.5", expected a number above 0\.\n {2}Fix: cpusPerWorker: 0\.5$/],
  ['memory of a job', () => environment().addBackfill('bad', { ...BACKFILL, memoryPerWorker: Size.gibibytes(0.3) }), /^test\/features\/bad: memoryPerWorker: got 322122547\.2/],
  ['CPUs below zero', groupWith({ cpu: -1 }), /worker group "bad" cpu: got -1, expected a whole number, at least 1/],
  ['a part of a CPU', groupWith({ cpu: 0.5 }), /worker group "bad" cpu: got 0\.5, .*\n {2}Fix: use 1$/],
  ['a part of a GPU', groupWith({ gpus: 1.5 }), /worker group "bad" gpus: got 1\.5, expected a whole number, at least 0/],
  ...['4Gb', '-1', '4 Gi'].map((memory): [string, () => unknown, RegExp] => (
    [`limit of ${memory}`, asking('limits/memory', memory), new RegExp(`resources\\.limits\\.memory: got "${memory}", expected a quantity .*RAY-P7`, 's')]
  )),
  ['a part of a GPU by a patch', asking('limits/nvidia.com~1gpu', '1.5'), /limits\.nvidia\.com\/gpu: got "1\.5", expected a whole number.*RAY-P8/s],
  ['a request beyond its limit', asking('requests/memory', '9Gi'), /requests\.memory: got "9Gi", expected at most the limit, "8Gi".*RAY-P8/s],

  ['more at least than at most', groupWith({ minReplicas: 11 }), /workerGroupSpecs\[bad\]: got \{"minReplicas":11,"maxReplicas":10\}.*upside down\..*\n {2}Fix: maxReplicas: 11 .*RAY-P4/s],
  ['part of a worker', groupWith({ maxReplicas: 1.5 }), /workerGroupSpecs\[bad\]: got .*"maxReplicas":1\.5.*RAY-P4/s],
  ['no number of workers', groupWith({ maxReplicas: NaN }), /workerGroupSpecs\[bad\]: got .*RAY-P4/s],
  ...[undefined, WorkerNodePool.karpenter()].map((pool): [string, () => unknown, RegExp] => [
    `no most of workers, ${pool ? 'on a pool' : 'on any nodes'}`,
    groupWith(untyped({ minReplicas: 2, maxReplicas: undefined, pool })),
    /workerGroupSpecs\[bad\]\.maxReplicas: got nothing, expected how many workers there may be at most: maxReplicas is missing\..*Fix: maxReplicas: 2, or as many .*RAY-P4b/s,
  ]),
  ['a most of workers as a text', groupWith({ maxReplicas: untyped('20') }), /workerGroupSpecs\[bad\]: got .*"maxReplicas":"20"\}.*upside down\..*\n {2}Fix: maxReplicas: 20 .*RAY-P4/s],
  ['workers that idle for less than nothing', () => Duration.seconds(-1), /negative.*-1/],
  ['workers that may not idle', groupWith({ idleTimeout: Duration.seconds(0) }), /worker group "bad" idleTimeout: got "0 seconds", expected whole seconds, at least 1\.\n {2}Fix: Duration\.seconds\(1\)$/],
  ['workers that idle for a part of a second', groupWith({ idleTimeout: Duration.millis(1500) }), /worker group "bad" idleTimeout: got "1\.5 seconds".*\n {2}Fix: Duration\.seconds\(2\)$/],

  ['a head on spot', () => manifests(environment({ headPool: HeadNodePool.karpenter({ capacityTypes: [CapacityType.SPOT] }) })), /HeadNodePool\].*got \["spot"\].*HEAD-01/s],
  ['two groups of one name', groupWith({}, 'cpu'), /workerGroupSpecs\[cpu\]: got "cpu", expected a name that no other worker group has.*NAME-05/s],
  ['a vague Ray', () => rayImage('2.54'), /^RayImage ray:1: rayVersion: got "2\.54", expected an exact release/],
  ['a Ray that moves', () => rayImage('latest'), /rayVersion: got "latest", expected an exact release/],
  ['a Ray that is too old', () => manifests(environment({ image: rayImage('1.0.0') })), /rayVersion: got "1\.0\.0", expected at least 2\.52\.0.*RAY-S1/s],
  ['no image', () => rayImage('2.54.0', ''), /^RayImage : image: got "", expected registry/],
  ...([['environment', (props: object) => environment(props), 'test/features'], ['job', (props: object) => rayJob('train', props)(), 'test/train']] as const)
    .flatMap(([what, make, path]): [string, () => unknown, RegExp][] => [
      [`${what} without an image`, () => make({ image: undefined }), new RegExp(`^${path}: image: got nothing, expected a RayImage\\.\n  Fix: image: RayImage\\.fromRegistry\\(`)],
      [`${what} with the name of an image`, () => make({ image: 'ghcr.io/x:1' }),
        new RegExp(`^${path}: image: got "ghcr\\.io/x:1", expected a RayImage\\.\n  Fix: image: RayImage\\.fromRegistry\\("ghcr\\.io/x:1", \\{ rayVersion: `)],
      [`${what} with a construct for a pool`, () => make({ headPool: newChart() }), new RegExp(`^${path}: headPool: got "the construct test", expected a HeadNodePool\\.\n  Fix: `)],
      [`${what} with a word for its network rules`, () => make({ networkIsolation: 'enforced' }), new RegExp(`^${path}: networkIsolation: got "enforced", expected a NetworkIsolation\\.`)],
      [`${what} with a role for an identity`, () => make({ cloudIdentity: 'arn:aws' }), new RegExp(`^${path}: cloudIdentity: got "arn:aws", expected a CloudIdentity\\.`)],
      [`${what} without a pool for its head`, () => make({ headPool: undefined }), new RegExp(`^${path}: headPool: got nothing, expected a HeadNodePool\\.\n  Fix: `)],
    ]),
  ['a directory for a workspace', () => environment(untyped({ workspace: './src' })),
    /^test\/features: workspace: got "\.\/src", expected a WorkspaceBundle\.\n {2}Fix: workspace: new WorkspaceBundle\(.*BundleRoot\.workspace\("\.\/src"\)/],
  ['a directory for a root', () => new WorkspaceBundle(newChart(), 'code', untyped({ roots: ['src'], store: { url: 's3://a/' } })),
    /^test\/code: roots\[0\]: got "src", expected a BundleRoot\.\n {2}Fix: BundleRoot\.workspace\("src"\)$/],
  ['a URL for a store', () => new WorkspaceBundle(newChart(), 'code', untyped({ roots: [], store: 's3://a/' })), /^test\/code: store: got "s3:\/\/a\/", expected a BundleStore\.\n {2}Fix: store: BundleStore\.s3/],
  ['a word for a pool of workers', groupWith({ pool: untyped('gpu') }), /^test\/features\/RayCluster: worker group "bad" pool: got "gpu", expected a WorkerNodePool\.\n {2}Fix: pool: WorkerNodePool\.karpenter\(\)/],
  ['an image that is none', () => rayImage('2.54.0', untyped(null)), /^RayImage null: image: got null, expected registry/],
  ...([
    ['minReplica', groupWith(untyped({ minReplica: 1 })), 'test/features/RayCluster: worker group "bad" option', 'minReplicas'],
    ['gpu', groupWith(untyped({ gpu: 1 })), 'test/features/RayCluster: worker group "bad" option', 'gpus'],
    ['memoryPerworker', job({ memoryPerworker: Size.gibibytes(1) }), 'test/features/job: option', 'memoryPerWorker'],
    ['timelimit', job({ schedule: { timelimit: 1 } }), 'test/features/job: schedule option', 'timeLimit'],
    ['checkpointSeconds', () => environment().addMaterializedView('view', untyped({ source: '/a', destination: '/b', checkpointSeconds: 1 })), 'test/features/view: option', undefined],
    ['output', () => environment().addMaterializedView('view', { source: '/a', destination: '/b', columns: [untyped({ ...BACKFILL, table: undefined, output: 'int64' })] }),
      'test/features/view: columns option', 'outputType'],
    ['cloudIdentify', () => environment(untyped({ cloudIdentify: 1 })), 'test/features: option', 'cloudIdentity'],
    ['keepfinished', () => environment({ runClusters: untyped({ keepfinished: 1 }) }), 'test/features: runClusters option', 'keepFinished'],
    ['retrys', rayJob('train', { retrys: 1 }), 'test/train: option', 'retries'],
    ['root', () => new WorkspaceBundle(newChart(), 'code', untyped({ root: [] })), 'test/code: option', 'roots'],
    ['python', () => RayImage.fromRegistry('ray:1', untyped({ rayVersion: '2.54.0', python: '3.12' })), 'RayImage ray:1: option', 'pythonVersion'],
    ['warmNode', () => HeadNodePool.karpenter(untyped({ warmNode: 2 })), 'HeadNodePool.karpenter: option', 'warmNodes'],
    ['node', () => HeadNodePool.karpenterStatic(untyped({ node: 2 })), 'HeadNodePool.karpenterStatic: option', 'nodes'],
    ['nodeGpus', () => HeadNodePool.fromLabelledNodes(untyped({ nodeGpus: 2 })), 'HeadNodePool.fromLabelledNodes: option', 'nodeCpu'],
    ['gpuLimits', () => WorkerNodePool.karpenter(untyped({ gpuLimits: 2 })), 'WorkerNodePool.karpenter: option', 'gpuLimit'],
    ['nodeGpu', () => WorkerNodePool.fromLabelledNodes(untyped({ nodeGpu: 2 })), 'WorkerNodePool.fromLabelledNodes: option', 'nodeGpus'],
  ] as const).map(([name, act, place, meant]): [string, () => unknown, RegExp] => [
    `option ${name}`, act, new RegExp(`^${literal(place)}: got "${name}", expected one ${meant === undefined ? `of [a-zA-Z, ]+\\.\n  Fix: drop ${name}` : `that there is\\.\n  Fix: did you mean ${meant}\\?`}$`),
  ]),
  ['two pools of one label', () => synthWith((env) => ['a', 'b'].forEach((name) => env.addWorkerGroup(name, { ...GROUP, pool: WorkerNodePool.karpenter() }))),
    /^\[test\] pool test\/features\/RayCluster\/WorkerNodePool-b: got .*expected a label that no other pool has.*POOL-03/s],
  ['a group that fits on no node', groupWith({ cpu: 64, pool: WorkerNodePool.fromLabelledNodes({ nodeCpu: 8 }) }), /worker group "bad" pool: got "64 CPUs", expected at most 7\.91.*POOL-04/s],
  ['a group that fits on no pool', groupWith({ cpu: 64, pool: WorkerNodePool.karpenter({ cpuLimit: 8 }) }), /worker group "bad": got "64 CPUs", expected at most 8.*POOL-04/s],
  ['a job on a group that is not there', () => synthWith((env) => env.addBackfill('job', { ...BACKFILL, workerGroup: 'gpu' })), /job "job" workerGroup: got "gpu", expected one of "cpu".*JOB-01/s],

  ...([
    ['pricing.tax.gross', 'pricing.tax:gross'], ['pricing/tax.py:gross', 'pricing.tax:gross'], ['./tax.py:gross', 'tax:gross'],
    ['pricing/tax.py', 'features.text:word_count'], ['gross', 'features.text:word_count'], [undefined, 'features.text:word_count'],
  ] as const).map(([udf, fix]): [string, () => unknown, RegExp] => [
    `the function ${udf}`, job({ udf }), new RegExp(`^test/features/job: udf: got .*, expected module:function\\.\n  Fix: udf: "${literal(fix)}"$`),
  ]),
  ...([
    ['s3:/bucket/x', 's3://bucket/x'], ['s3a://bucket/x', 's3://bucket/x'], ['S3://bucket/x', 's3://bucket/x'], ['gcs://bucket/x', 'gs://bucket/x'],
    ['https://acme.example/x', 's3://BUCKET/TABLE.lance'], ['memory://x', 's3://BUCKET/TABLE.lance'], ['x.lance', 's3://BUCKET/TABLE.lance'], [undefined, 's3://BUCKET/TABLE.lance'],
  ] as const).map(([table, fix]): [string, () => unknown, RegExp] => [
    `the table ${table}`, job({ table }), new RegExp(`^test/features/job: table: got .*, expected an absolute path or a URL that Lance has a store for, .*\n  Fix: table: "${literal(fix)}"$`),
  ]),
  ['a Python that is older than its Ray', () => manifests(environment({ image: RayImage.fromRegistry('ray:1', { rayVersion: '2.60.0', pythonVersion: '3.9' }) })),
    /^\[test\/features\] image pythonVersion: got "3\.9", expected 3\.10 to 3\.14, with Ray 2\.60\.0\..*VER-10/s],
  ['a Python that is a number', () => RayImage.fromRegistry('ray:1', { rayVersion: '2.60.0', pythonVersion: untyped(3.10) }), /^RayImage ray:1: pythonVersion: got 3\.1, .*Fix: pythonVersion: "3\.12", as a text/s],
  ['a view made from itself', () => synthWith((env) => env.addMaterializedView('view', { source: '/t', destination: '/t' })), /job "view" source: got "\/t", expected .*JOB-10/s],
  ['views made from each other', () => synthWith((env) => {
    env.addMaterializedView('there', { source: '/a', destination: '/b' });
    env.addMaterializedView('back', { source: '/b', destination: '/a' });
  }), /job "there" source: got "\/a", expected a table that is not made from the view's own, \/b.*JOB-10/s],
  ['environments that wait for each other', () => {
    const app = new App({ outdir: temporaryDirectory() });
    const [a, b] = ['a', 'b'].map((id) => environment({ environmentName: id }, new Chart(app, id)));
    a.node.addDependency(b);
    b.node.addDependency(a);
    app.synthYaml();
  }, /^Dependency cycle detected: a => b => a$/],
];

test.each(CASES)('%s: one error, which says where and what', (_what, act, message) => {
  expect(errorsOf(act)).toEqual([expect.stringMatching(message)]);
});

test.each([LONG, 'Features', 'a.b', 'Grüße'])('%s is made into a name of its own, never cut in silence', (environmentName) => {
  const { name } = environment({ environmentName });
  expect(name).toMatch(/^[a-z][-a-z0-9]{0,40}$/);
  expect(name).toMatch(/-[0-9a-f]{8}$/);
  expect(environment({ environmentName: `${environmentName}x` }).name).not.toBe(name);
});

test('an option that is not given is none, and those of a subclass are its own', () => {
  class Features extends ComputeEnvironment {}
  const env = new Features(newChart(), 'features', untyped({ image: IMAGE, headPool: HeadNodePool.karpenter(), team: 'search' }));
  env.addWorkerGroup('cpu', untyped({ ...GROUP, minReplica: undefined }));
  expect(only(manifests(env), 'RayCluster').spec.workerGroupSpecs).toHaveLength(1);
});

test('an environment may stand in another, and two may share a chart and a pool', () => {
  const headPool = HeadNodePool.karpenter();
  const outer = environment({ headPool });
  new ComputeEnvironment(outer, 'inner', { image: IMAGE, headPool });
  const objects = manifests(outer);
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(only(objects, 'NodePool').metadata.name).toBe('features-head');
});

test('all errors of an app come at once, each at its construct', () => {
  const app = new App({ outdir: temporaryDirectory() });
  const one = environment({}, new Chart(app, 'one'));
  one.addWorkerGroup('bad', { ...GROUP, minReplicas: 11 });
  one.addBackfill('job', { ...BACKFILL, workerGroup: 'gpu' });
  environment({ environmentName: 'other', headPool: HeadNodePool.karpenter({ capacityTypes: [CapacityType.SPOT] }) }, new Chart(app, 'two'));
  expect(errorsOf(() => app.synth()).map((text) => /^\[(.*?)\].*\[([A-Z]+-\w+),/s.exec(text)?.slice(1).join(' '))).toEqual([
    'one/features JOB-01', 'one/features/RayCluster RAY-P4', 'two/features/RayCluster/HeadNodePool HEAD-01',
  ]);
});

test.each([
  ['/spec/headGroupSpec/template/spec/containers', { a: 1 }, /RayCluster\] headGroupSpec\.template\.spec\.containers: got {"a":1}, expected a list.*RAY-P10/s],
  ['/spec/workerGroupSpecs', { a: 1 }, /RayCluster\] workerGroupSpecs: got {"a":1}, expected a list.*RAY-P10/s],
  ['/spec/workerGroupSpecs/0', null, /RayCluster\] workerGroupSpecs\[0\]: got null, expected a map.*RAY-P10/s],
  ['/spec', null, /RayCluster\] spec: got null, expected a map.*RAY-P10/s],
  ['/spec/headGroupSpec/template/spec', null, /RayCluster\] headGroupSpec\.template\.spec\.containers: .*RAY-P1,/s],
])('a patch that puts something else at %s is told by a rule', (path, value, message) => {
  const env = environment();
  env.addBackfill('job', { ...BACKFILL, workerGroup: 'cpu' });
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.replace(path, value));
  expect(() => manifests(env)).toThrow(message);
});
