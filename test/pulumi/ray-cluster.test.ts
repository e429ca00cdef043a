import * as pulumi from '@pulumi/pulumi';
import { MockedEngine, valueOf } from './mocked-pulumi';
import { RayCluster, RayClusterArgs } from '../../src/pulumi';
import { planCluster } from '../../src/pulumi/cluster-plan';
import { StrictCrd } from '../crds/strict-crd';

const ARGS = {
  namespace: 'features',
  image: 'ghcr.io/acme/features:1',
  rayVersion: '2.54.0',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
};

const engine = new MockedEngine();

/** Creates a cluster and waits until all of its children have been registered. */
async function create(args: RayClusterArgs = ARGS): Promise<RayCluster> {
  await engine.start();
  const cluster = new RayCluster('features', args);
  await valueOf(cluster.clusterName);
  return cluster;
}

test('the component has the type token that never changes', async () => {
  const { urn } = await create();
  expect(await valueOf(urn)).toMatch(/::geneva-constructs:index:RayCluster::features$/);
});

test('every child is the child of the component', async () => {
  await create();
  const children = engine.urns().filter((urn) => urn.includes('kubernetes:'));
  expect(children.map((urn) => urn.split('::').slice(2).join(' ')).sort()).toEqual([
    'geneva-constructs:index:RayCluster$kubernetes:policy/v1:PodDisruptionBudget features-head',
    'geneva-constructs:index:RayCluster$kubernetes:ray.io/v1:RayCluster features',
    'geneva-constructs:index:RayCluster$kubernetes:scheduling.k8s.io/v1:PriorityClass features-head',
  ]);
});

test('the RayCluster is one that the CRD knows, named by its content', async () => {
  const cluster = await create();
  const { inputs } = engine.one('kubernetes:ray.io/v1:RayCluster');
  expect(StrictCrd.RAY_CLUSTER.problems(JSON.parse(JSON.stringify(inputs)))).toEqual([]);
  expect(inputs.metadata).toEqual({ name: expect.stringMatching(/^features-[0-9a-f]{8}$/), namespace: 'features' });
  expect(await valueOf(cluster.headService)).toBe(`${inputs.metadata.name}-head-svc`);
});

test('the head runs at the priority that is made, guarded by the budget that selects it', async () => {
  await create();
  const head = engine.one('kubernetes:ray.io/v1:RayCluster').inputs.spec.headGroupSpec.template;
  expect(engine.one('kubernetes:scheduling.k8s.io/v1:PriorityClass').inputs).toMatchObject({ metadata: { name: head.spec.priorityClassName }, value: 100000 });
  expect(engine.one('kubernetes:policy/v1:PodDisruptionBudget').inputs).toMatchObject({
    metadata: { name: 'features-head', namespace: 'features' },
    spec: { minAvailable: 1, selector: { matchLabels: { ...head.metadata.labels, 'ray.io/node-type': 'head' } } },
  });
});

test('inputs may be outputs', async () => {
  await create({ ...ARGS, image: pulumi.output('registry/built:3'), workerGroups: [pulumi.output(ARGS.workerGroups[0])] });
  const { spec } = engine.one('kubernetes:ray.io/v1:RayCluster').inputs;
  expect(spec.headGroupSpec.template.spec.containers[0].image).toBe('registry/built:3');
  expect(spec.workerGroupSpecs).toHaveLength(1);
});

test('the autoscaler is told how to go about it', async () => {
  await create({ ...ARGS, rayVersion: '2.56.0', upscalingMode: 'Conservative', autoscalerIntervalSeconds: 1, workerGroups: [{ ...ARGS.workerGroups[0], priority: 10 }] });
  const { inputs } = engine.one('kubernetes:ray.io/v1:RayCluster');
  expect(StrictCrd.RAY_CLUSTER.problems(JSON.parse(JSON.stringify(inputs)))).toEqual([]);
  expect(inputs.spec).toMatchObject({
    autoscalerOptions: { upscalingMode: 'Conservative', env: [{ name: 'AUTOSCALER_UPDATE_INTERVAL_S', value: '1' }] },
    workerGroupSpecs: [{ priority: 10 }],
  });
});

describe('what can not be meant', () => {
  function problems(args: object): { propertyPath: string }[] {
    try {
      planCluster('features', { ...ARGS, ...args });
    } catch (error) {
      expect(pulumi.InputPropertiesError.isInstance(error)).toBe(true);
      return (error as pulumi.InputPropertiesError).errors;
    }
    return [];
  }

  test('is told by argument, all at once', () => {
    const workerGroups = [ARGS.workerGroups[0], { name: 'gpu', cpu: 4, memoryGiB: 8, maxReplicas: 1, minReplicas: 2, idleTimeoutSeconds: 0 }];
    expect(problems({ rayVersion: '2.51.0', workerGroups }).map(({ propertyPath }) => propertyPath)).toEqual([
      'workerGroups[1]',
      'workerGroups[1].idleTimeoutSeconds',
      'rayVersion',
    ]);
  });

  test('includes how the autoscaler goes about it', () => {
    const workerGroups = [{ ...ARGS.workerGroups[0], priority: 1 }];
    expect(problems({ autoscalerIntervalSeconds: 0.5 }).map(({ propertyPath }) => propertyPath)).toEqual(['autoscalerIntervalSeconds']);
    expect(problems({ upscalingMode: 'fast', workerGroups }).map(({ propertyPath }) => propertyPath)).toEqual(['workerGroups[0].priority', 'upscalingMode']);
  });

  test('includes sizes', () => {
    const workerGroups = [{ name: 'cpu', cpu: 0.5, memoryGiB: 0, maxReplicas: 1 }];
    expect(problems({ headCpu: 0, workerGroups }).map(({ propertyPath }) => propertyPath)).toEqual(['headCpu', 'workerGroups[0].cpu', 'workerGroups[0].memoryGiB']);
  });

  test('does not include the defaults', () => {
    expect(problems({})).toEqual([]);
  });
});
