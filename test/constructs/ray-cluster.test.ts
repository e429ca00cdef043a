import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import { environment, IMAGE, manifests, newChart, only } from './synthesized';
import { HeadNodePool, RayCluster, RayImage } from '../../src';

const GROUP = { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 };

function cluster(env = environment()) {
  return only(manifests(env), 'RayCluster');
}

test('the head is placed, guarded and kept free of tasks', () => {
  const { rayStartParams, template } = cluster().spec.headGroupSpec;
  expect(rayStartParams).toEqual({ 'num-cpus': '0' });
  expect(template.metadata.annotations).toEqual({
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
  });
  expect(template.spec).toMatchObject({
    nodeSelector: { 'geneva.lancedb.com/ray-head': 'true' },
    tolerations: [{ key: 'geneva.lancedb.com/ray-head', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
    priorityClassName: 'features-head',
    restartPolicy: 'Never',
  });
});

test('a head is asked for its health early and often, where it can answer', () => {
  const probe = (rayVersion: string) => cluster(environment({ image: RayImage.fromRegistry('ray:1', { rayVersion, pythonVersion: '3.12' }) }))
    .spec.headGroupSpec.template.spec.containers[0].readinessProbe;
  expect(probe('2.53.0')).toMatchObject({ httpGet: { path: '/api/healthz', port: 52365 }, initialDelaySeconds: 1, periodSeconds: 1 });
  expect(probe('2.52.0')).toBeUndefined();
});

test('a head that is deleted goes soon', () => {
  expect(cluster().spec.headGroupSpec.template.spec.terminationGracePeriodSeconds).toBe(10);
});

test('the disruption budget and the head agree on labels', () => {
  const objects = manifests(environment());
  const { matchLabels } = only(objects, 'PodDisruptionBudget').spec.selector;
  const { labels } = only(objects, 'RayCluster').spec.headGroupSpec.template.metadata;
  expect(matchLabels).toEqual({ ...labels, 'ray.io/node-type': 'head' });
});

test('every port of the head is declared, since a declared one hides the others', () => {
  const { ports } = cluster().spec.headGroupSpec.template.spec.containers[0];
  expect(Object.fromEntries(ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]))).toEqual({
    'gcs-server': 6379, 'dashboard': 8265, 'client': 10001, 'metrics': 8080, 'as-metrics': 44217, 'dash-metrics': 44227,
  });
});

test('idle timeouts work because the autoscaler version is written out', () => {
  const { enableInTreeAutoscaling, autoscalerOptions } = cluster().spec;
  expect(enableInTreeAutoscaling).toBe(true);
  expect(autoscalerOptions.version).toBe('v2');
});

test('a worker group says its bounds and leaves replicas to the autoscaler', () => {
  const env = environment();
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, minReplicas: 1, maxReplicas: 8, idleTimeout: Duration.minutes(2) });
  const gpu = cluster(env).spec.workerGroupSpecs[1];
  expect(gpu).toMatchObject({ groupName: 'gpu', minReplicas: 1, maxReplicas: 8, idleTimeoutSeconds: 120, labels: { 'geneva-constructs/worker-group': 'gpu' } });
  expect(gpu).not.toHaveProperty('replicas');
  const amounts = { 'cpu': '8', 'memory': '32Gi', 'nvidia.com/gpu': '1' };
  expect(gpu.template.spec.containers[0].resources).toEqual({ requests: amounts, limits: amounts });
  expect(gpu.template.spec.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

describe('the name', () => {
  const original = cluster().metadata.name;

  test('is the label and a hash', () => {
    expect(original).toMatch(/^features-[0-9a-f]{8}$/);
  });

  test('changes with the content', () => {
    const image = RayImage.fromRegistry('ghcr.io/acme/features:2', { rayVersion: '2.54.0', pythonVersion: '3.12' });
    expect(cluster(environment({ image })).metadata.name).not.toBe(original);
    const more = environment();
    more.addWorkerGroup('gpu', GROUP);
    expect(cluster(more).metadata.name).not.toBe(original);
  });

  test('changes with a patch', () => {
    const env = environment();
    ApiObject.of(env).addJsonPatch(JsonPatch.add('/spec/headServiceAnnotations', { a: 'b' }));
    expect(cluster(env).metadata.name).not.toBe(original);
  });

  test('stays when only the bounds of a group change, which the autoscaler reads again', () => {
    const env = environment();
    ApiObject.of(env).addJsonPatch(JsonPatch.replace('/spec/workerGroupSpecs/0/maxReplicas', 99));
    expect(cluster(env).metadata.name).toBe(original);
  });

  test('is the same on the construct, on the object and in the manifest', () => {
    const env = environment();
    expect(env.cluster.name).toBe(cluster(env).metadata.name);
    expect(ApiObject.of(env).name).toBe(env.cluster.name);
  });

  test('stops synth when it was read before the cluster was complete', () => {
    const env = environment();
    const early = env.cluster.name;
    env.addWorkerGroup('gpu', GROUP);
    expect(() => cluster(env)).toThrow(new RegExp(`name: got "${early}", expected .*NAME-02`, 's'));
  });

  test('stops synth when it was read too early from the object', () => {
    const env = environment();
    const early = ApiObject.of(env.cluster).name;
    env.addWorkerGroup('gpu', GROUP);
    expect(() => cluster(env)).toThrow(new RegExp(`name: got "${early}", expected .*NAME-02`, 's'));
  });

  test.each<[string, (object: ApiObject) => void]>([
    ['a patch', (object) => object.addJsonPatch(JsonPatch.replace('/metadata/name', 'mine'))],
    ['metadata', (object) => object.metadata.add('name', 'mine')],
  ])('is refused where %s would give it, which has no effect', (_what, name) => {
    expect(() => name(ApiObject.of(environment().cluster))).toThrow(
      /test\/features\/RayCluster\/Resource: metadata\.name: got "mine", expected nothing: .*Fix: drop it; .* label on RayCluster, and environmentName on ComputeEnvironment/s,
    );
  });

  test('leaves other metadata to who adds it', () => {
    const env = environment();
    ApiObject.of(env.cluster).metadata.add('generateName', 'a');
    expect(cluster(env).metadata).toMatchObject({ generateName: 'a' });
  });

  test('does not stand in the way of an error in a patch', () => {
    const env = environment();
    ApiObject.of(env).addJsonPatch(JsonPatch.replace('/spec/no/such/field', 1));
    expect(() => cluster(env)).toThrow(/Failed serializing construct at path 'test\/features\/RayCluster\/Resource' with name 'features'/);
  });

  test('is never so long that KubeRay would cut the name of its token Secret', () => {
    expect(cluster(environment({ environmentName: 'n'.repeat(80) })).metadata.name.length).toBeLessThanOrEqual(50);
  });
});

test.each([
  [{ ...GROUP, cpu: 0.5 }, /worker group "bad" cpu: got 0\.5, expected a whole number, at least 1\.\n {2}Fix: use 1/],
  [{ ...GROUP, gpus: -1 }, /worker group "bad" gpus: got -1/],
  [{ ...GROUP, memory: Size.kibibytes(0) }, /worker group "bad" memory: got/],
])('a size that can not be meant is refused where it is given', (options, message) => {
  expect(() => environment().addWorkerGroup('bad', options)).toThrow(message);
});

test('a cluster stands on its own, without an environment', () => {
  const chart = newChart();
  const alone = new RayCluster(chart, 'alone', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml' });
  alone.addWorkerGroup('cpu', GROUP);
  expect(manifests(chart).map(({ kind }) => kind)).toEqual(['PriorityClass', 'PodDisruptionBudget', 'RayCluster']);
  expect(ApiObject.of(alone).kind).toBe('RayCluster');
});

test('a head of no size is refused', () => {
  expect(() => environment({ headCpu: 0 })).toThrow(/RayCluster: headCpu: got 0/);
});

test.each([
  ['headGroupSpec', /headGroupSpec\.template\.metadata\.labels\[geneva-constructs\/cluster\]: got nothing, expected "features"\..*SAFE-04/s],
  ['workerGroupSpecs/0', /workerGroupSpecs\[cpu\]\.template\.metadata\.labels\[geneva-constructs\/cluster\]: got nothing, expected "features"\..*SAFE-04/s],
])('a patch that takes the pods of %s from their guards is found', (group, message) => {
  const env = environment();
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.replace(`/spec/${group}/template/metadata/labels`, { team: 'x' }));
  expect(() => cluster(env)).toThrow(message);
});

test.each([
  ['/spec/foo', 1, /\] foo: got 1, expected one of authOptions, .*Fix: drop it .*VER-11/s],
  ['/spec/workerGroupSpecs/0/idleTimeout', 60, /workerGroupSpecs\[cpu\]\.idleTimeout: got 60, .*Fix: did you mean idleTimeoutSeconds\?.*VER-11/s],
  ['/spec/autoscalerOptions/idleTimeout', 60, /autoscalerOptions\.idleTimeout: got 60, .*Fix: did you mean idleTimeoutSeconds\?.*VER-11/s],
  ['/spec/headGroupSpec/rayStartParam', {}, /headGroupSpec\.rayStartParam: got {}, .*Fix: did you mean rayStartParams\?.*VER-11/s],
  ['/spec/headGroupSpec/rayStartParams/num-cpus', 0, /headGroupSpec\.rayStartParams\.num-cpus: got 0, expected a text\..*Fix: "num-cpus": "0".*RAY-P9/s],
])('a patch of %s, which the API server would drop or refuse, is found', (path, value, message) => {
  const env = environment();
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.add(path, value));
  expect(() => cluster(env)).toThrow(message);
});
