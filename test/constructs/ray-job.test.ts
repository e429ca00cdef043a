import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import { IMAGE, Manifest, manifests, newChart, only } from './synthesized';
import { HeadNodePool, KubeRayVersion, NetworkIsolation, RayJob, RayJobProps, WorkerNodePool } from '../../src';
import { withoutUnknownFields } from '../crds/strict-core';
import { StrictCrd } from '../crds/strict-crd';

function job(props: Partial<RayJobProps> = {}, id = 'train', patch?: JsonPatch): Manifest[] {
  const chart = newChart();
  const made = new RayJob(chart, id, { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml', command: ['python', '-m', 'features.train'], ...props });
  made.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool: WorkerNodePool.karpenter() });
  if (patch) { ApiObject.of(made).addJsonPatch(patch); }
  return manifests(chart);
}

test('a job brings its cluster and takes it away, within its deadlines', () => {
  const { metadata, spec } = only(job(), 'RayJob');
  expect(metadata.name).toMatch(/^train-[0-9a-f]{8}$/);
  expect(spec).toMatchObject({
    entrypoint: 'python -m features.train',
    shutdownAfterJobFinishes: true,
    ttlSecondsAfterFinished: 300,
    activeDeadlineSeconds: 86400,
    preRunningDeadlineSeconds: 1800,
    backoffLimit: 0,
  });
  expect(spec.rayClusterSpec.workerGroupSpecs).toHaveLength(1);
});

test.each([KubeRayVersion.V1_5, KubeRayVersion.V1_6, KubeRayVersion.V1_7])('KubeRay $minor: every field is one that the CRDs know', (kuberay) => {
  const objects = job({ kuberay, environmentVariables: { A: 'b' } });
  expect(StrictCrd.RAY_JOB.problems(only(objects, 'RayJob'))).toEqual([]);
  const core = objects.filter(({ kind }) => !['RayJob', 'NodePool'].includes(kind));
  expect(core.map(withoutUnknownFields)).toEqual(core);
});

test('an operator that knows no limit for the start is given none', () => {
  expect(only(job({ kuberay: KubeRayVersion.V1_5 }), 'RayJob').spec).not.toHaveProperty('preRunningDeadlineSeconds');
});

test('the submitter runs beside the head, and may reach it', () => {
  const objects = job({ serviceAccountName: 'ray' });
  const { submitterPodTemplate, rayClusterSpec } = only(objects, 'RayJob').spec;
  const head = rayClusterSpec.headGroupSpec.template.spec;
  expect(submitterPodTemplate.spec).toMatchObject({ nodeSelector: head.nodeSelector, tolerations: head.tolerations, serviceAccountName: 'ray', restartPolicy: 'Never' });
  const { podSelector } = only(objects, 'NetworkPolicy', 'train-submitter').spec;
  expect(submitterPodTemplate.metadata.labels).toEqual(podSelector.matchLabels);
});

test('the head is guarded like any other', () => {
  const objects = job();
  expect(only(objects, 'PodDisruptionBudget').spec.selector.matchLabels).toMatchObject({ 'geneva-constructs/cluster': 'train' });
  expect(only(objects, 'PriorityClass').metadata.name).toBe('ml-train-head');
});

test('other content is another job', () => {
  const name = (objects: Manifest[]) => only(objects, 'RayJob').metadata.name;
  expect(name(job())).toBe(name(job()));
  expect(name(job({ command: ['python', 'other.py'] }))).not.toBe(name(job()));
});

describe('the same job under the same name, whatever the order in which it was written down', () => {
  const name = (props: Partial<RayJobProps>) => only(job(props), 'RayJob').metadata.name;

  afterEach(() => { delete process.env.CDK8S_DISABLE_SORT; });

  test('of its variables', () => {
    expect(name({ environmentVariables: { B: '2', A: '1' } })).toBe(name({ environmentVariables: { A: '1', B: '2' } }));
  });

  test('of its keys, which cdk8s sorts or not', () => {
    const sorted = name({ podLabels: { b: '1', a: '2' } });
    process.env.CDK8S_DISABLE_SORT = '1';
    expect(name({ podLabels: { b: '1', a: '2' } })).toBe(sorted);
    expect(name({ podLabels: { a: '2', b: '1' } })).toBe(sorted);
  });
});

test('what is set is what is emitted', () => {
  const { spec } = only(job({
    command: ['python', 'train.py', '--name', 'a b'],
    environmentVariables: { MODE: 'fast' },
    timeLimit: Duration.hours(2),
    startLimit: Duration.minutes(10),
    keepFinished: Duration.seconds(0),
    retries: 2,
    networkIsolation: NetworkIsolation.enforced(),
  }), 'RayJob');
  expect(spec).toMatchObject({
    entrypoint: "python train.py --name 'a b'",
    runtimeEnvYAML: '{"env_vars":{"MODE":"fast"}}',
    activeDeadlineSeconds: 7200,
    preRunningDeadlineSeconds: 600,
    ttlSecondsAfterFinished: 0,
    backoffLimit: 2,
  });
});

test('a short time limit leaves half of it for the start', () => {
  expect(only(job({ timeLimit: Duration.minutes(10) }), 'RayJob').spec.preRunningDeadlineSeconds).toBe(300);
});

test.each([
  [{ command: [] }, /entrypoint: got "".*JOB-J18/s],
  [{ command: ['sh', '-c', 'a && b'] }, /entrypoint: got "sh -c 'a && b'".*JOB-J18/s],
  [{ environmentVariables: { A: '$HOME' } }, /runtimeEnvYAML: got .*JOB-J18/s],
  [{ timeLimit: Duration.minutes(1), startLimit: Duration.minutes(2) }, /preRunningDeadlineSeconds: got 120, expected less than activeDeadlineSeconds, 60\..*JOB-J14/s],
  [{ retries: -1 }, /retries: got -1/],
  [{ kuberay: KubeRayVersion.V1_4 }, /rayClusterSpec\.authOptions: got .*VER-01/s],
])('%j is refused', (props, message) => {
  expect(() => job(props)).toThrow(message);
});

test('a patch that would leave the cluster behind is found', () => {
  expect(() => job({}, 'train', JsonPatch.replace('/spec/shutdownAfterJobFinishes', false))).toThrow(/JOB-J5b/);
});

test('a patch that takes the pods from their guards is found', () => {
  const patch = JsonPatch.replace('/spec/rayClusterSpec/headGroupSpec/template/metadata/labels', { team: 'x' });
  expect(() => job({}, 'train', patch)).toThrow(/rayClusterSpec\.headGroupSpec\.template\.metadata\.labels\[geneva-constructs\/cluster\]: got nothing, expected "train"\..*SAFE-04/s);
});

test('a patch that the API server would drop is found', () => {
  expect(() => job({}, 'train', JsonPatch.add('/spec/timeLimit', 1))).toThrow(/\] timeLimit: got 1, expected one of activeDeadlineSeconds, .*VER-12/s);
});

test('a name that was read before the last worker group stops synth', () => {
  const chart = newChart();
  const made = new RayJob(chart, 'train', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml', command: ['python', 'train.py'] });
  const early = ApiObject.of(made).name;
  made.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 });
  expect(() => manifests(chart)).toThrow(new RegExp(`name: got "${early}", expected .*NAME-02`, 's'));
});

test('a patch of the name is refused, which has no effect', () => {
  expect(() => job({}, 'train', JsonPatch.replace('/metadata/name', 'mine'))).toThrow(/metadata\.name: got "mine", .*Fix: drop it; .* the id of the construct/s);
});

test('a name of any length is one that KubeRay takes', () => {
  expect(only(job({}, 'n'.repeat(80)), 'RayJob').metadata.name.length).toBeLessThanOrEqual(47);
});
