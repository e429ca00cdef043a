import { ApiObject, JsonPatch, Size } from 'cdk8s';
import { environment, Manifest, manifests, only } from './synthesized';
import { ComputeEnvironment, HeadNodePool, ImagePrePullOptions, NetworkIsolation, WorkerNodePool } from '../../src';
import { withoutUnknownFields } from '../crds/strict-core';

function pulled(options: ImagePrePullOptions = {}, env: ComputeEnvironment = environment()): Manifest[] {
  const pool = WorkerNodePool.karpenter();
  env.addImagePrePull(options);
  env.addWorkerGroup('big', { cpu: 16, memory: Size.gibibytes(64), maxReplicas: 2, pool });
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8, pool });
  return manifests(env);
}

function pod(objects: Manifest[], role = 'head'): Manifest['spec'] {
  return only(objects, 'DaemonSet', `features-pre-pull-${role}`).spec.template.spec;
}

function nodeTerms({ affinity }: Manifest['spec']): unknown[] {
  return affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
}

function labelled(key: string): unknown {
  return { matchExpressions: [{ key: `geneva.lancedb.com/${key}`, operator: 'In', values: ['true'] }] };
}

test('the image of the head is pulled onto the nodes of heads, and onto no others', () => {
  const objects = pulled();
  const head = only(objects, 'RayCluster').spec.headGroupSpec.template.spec;
  const { initContainers, tolerations } = pod(objects);
  expect(initContainers.map(({ image }: any) => image)).toEqual([head.containers[0].image]);
  expect(nodeTerms(pod(objects))).toEqual([labelled('ray-head')]);
  expect(tolerations).toEqual(head.tolerations);
  expect(objects.filter(({ kind }) => kind === 'DaemonSet')).toHaveLength(1);
});

test('asked for, the nodes of worker groups get it too, groups that come later included', () => {
  const objects = pulled({ workerGroups: ['big', 'gpu'] });
  const workers = pod(objects, 'workers');
  expect(nodeTerms(workers)).toEqual([labelled('ray-worker-cpu'), labelled('ray-worker-gpu')]);
  expect(workers.tolerations).toEqual([
    { key: 'geneva.lancedb.com/ray-worker-cpu', operator: 'Equal', value: 'true', effect: 'NoSchedule' },
    { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  ]);
  expect(workers.initContainers).toHaveLength(1);
});

test('every field is one that Kubernetes knows', () => {
  const core = pulled({ workerGroups: ['gpu'] }).filter(({ kind }) => ['DaemonSet', 'NetworkPolicy'].includes(kind));
  expect(core.map(withoutUnknownFields)).toEqual(core);
});

test('such a pod may do nothing, reaches nobody, and takes next to nothing of a node', () => {
  const objects = pulled();
  const { automountServiceAccountToken, securityContext, containers, initContainers } = pod(objects);
  expect(automountServiceAccountToken).toBe(false);
  expect(securityContext).toEqual({ runAsNonRoot: true, runAsUser: 65535, seccompProfile: { type: 'RuntimeDefault' } });
  for (const container of [...containers, ...initContainers]) {
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(container.resources.requests).toEqual({ cpu: '10m', memory: '16Mi' });
  }
  const { selector, template } = only(objects, 'DaemonSet').spec;
  expect(template.metadata.labels).toEqual(selector.matchLabels);
  const policy = only(objects, 'NetworkPolicy', 'features-pre-pull').spec;
  expect(policy).toEqual({ podSelector: { matchLabels: { 'geneva-constructs/pre-pull': 'features' } }, policyTypes: ['Ingress', 'Egress'] });
  expect(template.metadata.labels).toMatchObject(policy.podSelector.matchLabels);
});

test('an environment that is isolated by other means gets no policy', () => {
  const objects = pulled({}, environment({ networkIsolation: NetworkIsolation.none() }));
  expect(objects.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('images and secrets for the registry are those that the pods come to have', () => {
  const env = environment({ headPool: HeadNodePool.fromLabelledNodes({ labelValue: 'a' }) });
  ApiObject.of(env.cluster).addJsonPatch(
    JsonPatch.add('/spec/headGroupSpec/template/spec/imagePullSecrets', [{ name: 'registry' }]),
    JsonPatch.add('/spec/headGroupSpec/template/spec/containers/-', { name: 'logs', image: 'fluent-bit:4' }),
  );
  const head = pod(pulled({}, env));
  expect(head.imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(head.initContainers.map(({ name, image }: any) => [name, image])).toEqual([['pull-0', 'ghcr.io/acme/features:1'], ['pull-1', 'fluent-bit:4']]);
});

test.each(['cpu', 'nowhere'])('a group that runs on any node, or that there is not, is refused: %s', (group) => {
  expect(() => pulled({ workerGroups: [group] })).toThrow(new RegExp(`ImagePrePull\\] workerGroups: got "${group}", expected one of \\["big","gpu"\\].*PULL-01`, 's'));
});

test('a group that a patch calls otherwise is refused under its old name', () => {
  const env = environment();
  ApiObject.of(env.cluster).addJsonPatch(JsonPatch.replace('/spec/workerGroupSpecs/1/groupName', 'huge'));
  expect(() => pulled({ workerGroups: ['big'] }, env)).toThrow(/workerGroups: got "big", expected one of \["huge","gpu"\].*PULL-01/s);
});
