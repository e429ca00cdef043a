import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { descriptor, environment, IMAGE, manifests, newChart, only } from './synthesized';
import { Authentication, ComputeEnvironment, HeadNodePool, KubeRayVersion, NetworkIsolation } from '../../src';
import { CORE_KINDS, withoutUnknownFields } from '../crds/strict-core';
import { StrictCrd } from '../crds/strict-crd';

test('the smallest environment emits everything a job needs, the descriptor last', () => {
  expect(manifests(environment()).map(({ kind, metadata }) => `${kind} ${metadata.name}`.replace(/-[0-9a-f]{8}$/, '-HASH'))).toEqual([
    'Namespace features',
    'ServiceAccount geneva-service-account',
    'Role features-ray',
    'RoleBinding features-ray',
    'NodePool features-head',
    'PriorityClass features-keep-warm',
    'Deployment features-keep-warm',
    'PriorityClass features-head',
    'PodDisruptionBudget features-head',
    'RayCluster features-HASH',
    'NetworkPolicy features-default-deny',
    'NetworkPolicy features-ray-internal',
    'NetworkPolicy features-dns',
    'NetworkPolicy features-object-store',
    'NetworkPolicy features-api-server',
    'NetworkPolicy features-dashboard',
    'ConfigMap features-stack',
  ]);
});

test('two synths of the same program give the same text', () => {
  expect(manifests(environment())).toEqual(manifests(environment()));
});

test.each([KubeRayVersion.V1_5, KubeRayVersion.V1_6, KubeRayVersion.V1_7])('KubeRay $minor: every field is one that the CRDs know', (kuberay) => {
  const objects = manifests(environment({ kuberay }));
  expect(StrictCrd.RAY_CLUSTER.problems(only(objects, 'RayCluster'))).toEqual([]);
  expect(StrictCrd.NODE_POOL.problems(only(objects, 'NodePool'))).toEqual([]);
  expect(StrictCrd.RAY_CLUSTER.podTemplateProblems(only(objects, 'Deployment').spec.template)).toEqual([]);
});

test('every core object has only fields that Kubernetes knows', () => {
  const core = manifests(environment()).filter(({ kind }) => !['RayCluster', 'NodePool'].includes(kind));
  expect(core.filter(({ kind }) => !CORE_KINDS.includes(kind))).toEqual([]);
  expect(core.map(withoutUnknownFields)).toEqual(core);
});

test('every namespaced object is in the namespace of the environment', () => {
  const clusterScoped = ['Namespace', 'NodePool', 'PriorityClass'];
  const namespaced = manifests(environment()).filter(({ kind }) => !clusterScoped.includes(kind));
  expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['features']));
});

test('a namespace that is asked for is made', () => {
  const objects = manifests(environment({ namespaceName: 'ml' }));
  expect(only(objects, 'Namespace').metadata.name).toBe('ml');
  expect(only(objects, 'NodePool').metadata.name).toBe('ml-features-head');
});

test("a chart's namespace is used and not made", () => {
  const objects = manifests(environment({}, newChart({ namespace: 'given' })));
  expect(objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  expect(only(objects, 'RayCluster').metadata.namespace).toBe('given');
});

test('a namespace that Kubernetes would refuse is refused here', () => {
  expect(() => environment({ namespaceName: 'My_Team' })).toThrow(/namespaceName: got "My_Team"/);
});

test('a namespace is said once', () => {
  expect(() => environment({ namespaceName: 'ml' }, newChart({ namespace: 'given' }))).toThrow(/test\/features: namespaceName: got "ml", expected nothing/);
});

test('a service account from elsewhere is used, and gets the rights', () => {
  const chart = newChart({ namespace: 'given' });
  const objects = manifests(environment({ serviceAccount: new ServiceAccount(chart, 'mine', { metadata: { name: 'mine' } }) }, chart));
  expect(only(objects, 'ServiceAccount').metadata.name).toBe('mine');
  expect(only(objects, 'RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'mine', namespace: 'given' }]);
  expect(only(objects, 'RayCluster').spec.headGroupSpec.template.spec.serviceAccountName).toBe('mine');
});

test('an account whose pods get no token has one in the head all the same, and in no worker', () => {
  const chart = newChart({ namespace: 'given' });
  const env = environment({ serviceAccount: new ServiceAccount(chart, 'mine', { automountToken: false }) }, chart);
  const { headGroupSpec, workerGroupSpecs } = only(manifests(env), 'RayCluster').spec;
  const tokens = [headGroupSpec, workerGroupSpecs[0]].map(({ template }) => template.spec.automountServiceAccountToken as boolean);
  expect(tokens).toEqual([true, false]);
});

test.each([
  ['nothing', {}],
  ['"other"', { metadata: { namespace: 'other' } }],
])('a service account whose namespace is %s is none of the environment\'s', (where, props) => {
  const chart = newChart();
  const account = new ServiceAccount(chart, 'mine', props);
  expect(() => environment({ serviceAccount: account, namespaceName: 'ml' }, chart)).toThrow(new RegExp(`namespace of serviceAccount "test-mine-.*": got ${where}, expected "ml"`));
});

test('the rights are those of the autoscaler, in one namespace', () => {
  const rules = only(manifests(environment()), 'Role').rules as { resources: string[]; verbs: string[] }[];
  expect(rules.map(({ resources, verbs }) => `${resources.join()}: ${verbs.join()}`)).toEqual([
    'pods: get,list,watch,patch',
    'pods/resize: patch',
    'rayclusters: get,patch',
  ]);
});

test('the descriptor names what was emitted', () => {
  const env = environment();
  const cluster = only(manifests(env), 'RayCluster');
  expect(descriptor(env)).toMatchObject({
    environment: 'features',
    namespace: 'features',
    rayCluster: {
      name: cluster.metadata.name,
      dashboard: { service: `${cluster.metadata.name}-head-svc`, port: 8265 },
      tokenSecret: { name: cluster.metadata.name, key: 'auth_token' },
    },
    serviceAccount: 'geneva-service-account',
    workerGroups: [{ name: 'cpu', minReplicas: 0, maxReplicas: 10, idleTimeoutSeconds: 60, cpus: 4, memoryBytes: 8 * 1024 ** 3, gpus: 0 }],
    bundle: null,
    jobs: [],
  });
});

test('without authentication there is no token to look for', () => {
  const env = environment({ authentication: Authentication.NONE });
  expect(only(manifests(env), 'RayCluster').spec.authOptions).toBeUndefined();
  expect(descriptor(env).rayCluster.tokenSecret).toBeUndefined();
});

test('an operator without token authentication is told, not silently left open', () => {
  expect(() => manifests(environment({ kuberay: KubeRayVersion.V1_4 }))).toThrow(/\[test\/features\/RayCluster\] authOptions: got .*Fix: install KubeRay 1.5 .*, or let in .* Authentication.NONE .*\[VER-01, docs\/rules\.md#ver-01\]/s);
  expect(() => manifests(environment({ kuberay: KubeRayVersion.V1_4, authentication: Authentication.NONE }))).not.toThrow();
});

test('an operator that has no constant yet can be named', () => {
  expect(() => manifests(environment({ kuberay: KubeRayVersion.of('1.8') }))).not.toThrow();
  expect(() => manifests(environment({ kuberay: KubeRayVersion.of('1.3') }))).toThrow(/kuberay: got "1\.3".*VER-02/s);
});

test('all errors come out at once', () => {
  const env = environment();
  env.addWorkerGroup('headgroup', { cpu: 1, memory: Size.gibibytes(1), minReplicas: 5, maxReplicas: 1 });
  env.addBackfill('captions', { table: '/t.lance', column: 'caption', udf: 'features.text:caption', workerGroup: 'gpu' });
  expect(() => manifests(env)).toThrow(/NAME-07[\s\S]*RAY-P4|RAY-P4[\s\S]*NAME-07/);
  expect(() => manifests(env)).toThrow(/job "captions" workerGroup: got "gpu", expected one of "cpu", "headgroup"\..*JOB-01/s);
});

test('the errors of two environments come out at once, each with its construct', () => {
  const chart = newChart();
  environment({}, chart).addBackfill('captions', { table: '/t.lance', column: 'caption', udf: 'features.text:caption', workerGroup: 'cpu', concurrency: 100 });
  const search = new ComputeEnvironment(chart, 'search', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes({ nodeCpu: 4 }) });
  search.addWorkerGroup('Big', { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1 });
  const message = /\[test\/features\] job "captions" concurrency: got 100, expected at most 40: "cpu" has up to 10 workers with room for 4 each/;
  expect(() => manifests(chart)).toThrow(message);
  expect(() => manifests(chart)).toThrow(/\[test\/search\/RayCluster\] headPool: got "4\.5 CPUs".*POOL-04/s);
  expect(() => manifests(chart)).toThrow(/\[test\/search\/RayCluster\] workerGroupSpecs\[Big\].*NAME-07/s);
});

test('a patch that breaks a rule is found like any other mistake', () => {
  const env = environment();
  ApiObject.of(env).addJsonPatch(JsonPatch.add('/spec/workerGroupSpecs/0/template/spec/restartPolicy', 'Always'));
  expect(() => manifests(env)).toThrow(/restartPolicy: got "Always".*RAY-A6/s);
});

test('network isolation can be left to others', () => {
  const objects = manifests(environment({ networkIsolation: NetworkIsolation.none() }));
  expect(objects.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
});

test('two environments share a chart', () => {
  const chart = newChart();
  environment({}, chart);
  new ComputeEnvironment(chart, 'search', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes() });
  const names = manifests(chart).map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
});

test('an id that is no name becomes one', () => {
  const env = new ComputeEnvironment(newChart(), 'Feature_Store', { image: IMAGE, headPool: HeadNodePool.karpenter() });
  expect(env.name).toMatch(/^feature-store-[0-9a-f]{8}$/);
  expect(Chart.of(env).node.id).toBe('test');
});
