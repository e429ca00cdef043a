import { ApiObject, JsonPatch, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { build, DISCOVERY, ENVIRONMENT } from './random-environment';
import { environment, Manifest, manifests } from './synthesized';
import { ComputeEnvironment, Ec2NodeClass, ImagePrePull, WorkerNodePool } from '../../src';
import { CORE_KINDS, withoutUnknownFields } from '../crds/strict-core';
import { StrictCrd } from '../crds/strict-crd';

/** About 15 seconds; `RANDOM_ENVIRONMENTS=10000` for a longer look. fast-check prints the seed of what fails. */
const RUNS = Number(process.env.RANDOM_ENVIRONMENTS ?? 1000);

jest.setTimeout(120_000 + RUNS * 200);

const CHECKED_BY: Record<string, StrictCrd> = {
  RayCluster: StrictCrd.RAY_CLUSTER,
  RayJob: StrictCrd.RAY_JOB,
  NodePool: StrictCrd.NODE_POOL,
  LocalQueue: StrictCrd.LOCAL_QUEUE,
  EC2NodeClass: StrictCrd.EC2_NODE_CLASS,
  PodMonitor: StrictCrd.POD_MONITOR,
  PrometheusRule: StrictCrd.PROMETHEUS_RULE,
};

function expectKnown(object: Manifest): void {
  if (CORE_KINDS.includes(object.kind)) {
    expect(withoutUnknownFields(object)).toEqual(object);
  } else {
    expect(CHECKED_BY[object.kind].problems(object)).toEqual([]);
  }
}

test('whatever is asked for within its bounds passes the rules, and has only fields that Kubernetes and the CRDs know', () => {
  fc.assert(fc.property(ENVIRONMENT, (asked) => {
    const objects = manifests(build(asked));
    objects.forEach(expectKnown);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  }), { numRuns: RUNS });
});

/** Changes that each break one rule: where in the spec, to what, and how the message begins. */
const MUTATIONS: [string, (env: ComputeEnvironment) => void, RegExp][] = [
  ['RAY-A6', patch('replace', '/spec/workerGroupSpecs/0/template/spec/restartPolicy', 'Always'), /RayCluster\] workerGroupSpecs\[.*restartPolicy/],
  ['RAY-A1b', patch('replace', '/spec/workerGroupSpecs/0/idleTimeoutSeconds', 0), /RayCluster\] workerGroupSpecs\[.*idleTimeoutSeconds/],
  ['RAY-A1', patch('remove', '/spec/autoscalerOptions/version'), /RayCluster\] workerGroupSpecs\[.*idleTimeoutSeconds/],
  ['RAY-P4b', patch('remove', '/spec/workerGroupSpecs/0/maxReplicas'), /RayCluster\] workerGroupSpecs\[.*maxReplicas: got nothing/],
  ['RAY-V1', patch('replace', '/spec/rayVersion', '2'), /RayCluster\] rayVersion: got "2"/],
  ['NAME-07', patch('replace', '/spec/workerGroupSpecs/0/groupName', 'Groß'), /RayCluster\] workerGroupSpecs\[Groß\]/],
  ['RAY-S1b', patch('add', '/spec/authOptions', {}), /RayCluster\] authOptions\.mode/],
  ['RAY-P2', patch('add', '/spec/headGroupSpec/resources', { CPU: '0' }), /RayCluster\] headGroupSpec\.rayStartParams\.num-cpus/],
  ['RAY-A10', patch('add', '/spec/autoscalerOptions/env', [{ name: 'AUTOSCALER_UPDATE_INTERVAL_S', value: '0.5' }]), /RayCluster\] autoscalerOptions\.env\[/],
  ['RAY-A11', patch('add', '/spec/autoscalerOptions/upscalingMode', 'fast'), /RayCluster\] autoscalerOptions\.upscalingMode: got "fast"/],
  ['RAY-S6', patch('add', '/spec/managedBy', 'me'), /RayCluster\] managedBy: got "me"/],
  ['RAY-P1', patch('remove', '/spec/headGroupSpec/template'), /RayCluster\] headGroupSpec\.template\.spec\.containers: got \[\]/],
  ['SAFE-04', patch('replace', '/spec/headGroupSpec/template/metadata/labels', { team: 'a' }), /RayCluster\] headGroupSpec\.template\.metadata\.labels\[geneva-constructs\/cluster\]/],
  ['VER-11', patch('add', '/spec/foo', 1), /RayCluster\] foo: got 1/],
  ['RAY-P9', patch('add', '/spec/headGroupSpec/rayStartParams/num-cpus', 0), /RayCluster\] headGroupSpec\.rayStartParams\.num-cpus: got 0/],
  ['JOB-12', (env) => {
    env.addWorkerGroup('closed', { cpu: 8, memory: Size.gibibytes(8), maxReplicas: 0 });
    env.addBackfill('shut', { table: '/t', column: 'a', udf: 'a:a', workerGroup: 'closed' });
  }, /env\] job "shut" workerGroup: got "closed"/],
  ['JOB-01', (env) => env.addBackfill('lost', { table: '/t', column: 'a', udf: 'a:a', workerGroup: 'nowhere' }), /env\] job "lost" workerGroup: got "nowhere"/],
  ['JOB-02', (env) => env.addBackfill('huge', { table: '/t', column: 'a', udf: 'a:a', cpusPerWorker: 1000 }), /env\] job "huge" cpusPerWorker: got 1000/],
  ['JOB-03', (env) => env.addBackfill('wide', { table: '/t', column: 'a', udf: 'a:a', concurrency: 1e6 }), /env\] job "wide" concurrency: got 1000000/],
  ['POOL-04', (env) => env.addWorkerGroup('tall', { cpu: 8, memory: Size.gibibytes(8), maxReplicas: 1, pool: WorkerNodePool.fromLabelledNodes({ nodeCpu: 8 }) }),
    /RayCluster\] worker group "tall" pool: got "8 CPUs"/],
  ['QUEUE-K3', patch('add', '/metadata', { labels: { 'kueue.x-k8s.io/queue-name': 'team-a' } }), /RayCluster\] metadata\.annotations\[kueue\.x-k8s\.io\/elastic-job\]/],
  ['QUEUE-K6', (env) => {
    patch('add', '/metadata/labels', { 'kueue.x-k8s.io/queue-name': 'team-a' })(env);
    patch('add', '/spec/managedBy', 'kueue.x-k8s.io/multikueue')(env);
  }, /RayCluster\] managedBy: got "kueue\.x-k8s\.io\/multikueue"/],
  ['PULL-01', (env) => new ImagePrePull(env, 'Other', { environment: env, workerGroups: ['nowhere'] }), /Other\] workerGroups: got "nowhere"/],
  ['NODE-01', (env) => ApiObject.of(anotherNodeClass(env)).addJsonPatch(JsonPatch.add('/spec/metadataOptions/httpTokens', 'optional')), /other\] metadataOptions\.httpTokens: got "optional"/],
];

test.each(MUTATIONS)('%s: one change of a valid environment is refused by its id, at its place', (id, change, place) => {
  fc.assert(fc.property(ENVIRONMENT, (asked) => {
    const env = build(asked);
    change(env);
    const message = refusal(env);
    expect(message).toMatch(place);
    expect(message).toContain(`[${id}, docs/rules.md#${id.toLowerCase()}]`);
  }), { numRuns: Math.ceil(RUNS / 10) });
});

test('the default environment is among the valid ones', () => {
  manifests(environment()).forEach(expectKnown);
});

function anotherNodeClass(env: ComputeEnvironment): Ec2NodeClass {
  return new Ec2NodeClass(env, 'other', { ami: 'al2023@v20260801', role: 'nodes', subnets: DISCOVERY, securityGroups: DISCOVERY });
}

function patch(operation: 'add' | 'replace' | 'remove', path: string, value?: unknown): (env: ComputeEnvironment) => void {
  return (env) => ApiObject.of(env.cluster).addJsonPatch(operation === 'remove' ? JsonPatch.remove(path) : JsonPatch[operation](path, value));
}

function refusal(env: ComputeEnvironment): string {
  try {
    manifests(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}
