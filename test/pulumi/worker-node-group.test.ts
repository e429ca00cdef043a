import { MockedEngine, refusals, refusedBy, valueOf } from './mocked-pulumi';
import { WorkerNodeGroup, WorkerNodeGroupArgs } from '../../src/pulumi';
import { planWorkerNodeGroup } from '../../src/pulumi/worker-node-group-plan';

const ARGS = { clusterName: 'prod', subnetIds: ['subnet-a'] };
const GROUP = 'aws:eks/nodeGroup:NodeGroup';

const engine = new MockedEngine();

async function create(args: WorkerNodeGroupArgs = ARGS): Promise<WorkerNodeGroup> {
  return engine.made(() => new WorkerNodeGroup('workers', args));
}

test('nodes are spot, come from none, and bear the label and the taint of workers', async () => {
  const group = await create();
  expect(engine.one(GROUP).inputs).toMatchObject({
    amiType: 'AL2023_x86_64_STANDARD',
    capacityType: 'SPOT',
    instanceTypes: ['m7i.2xlarge', 'm7a.2xlarge', 'm6i.2xlarge', 'm6a.2xlarge', 'm5.2xlarge'],
    labels: { 'geneva.lancedb.com/ray-worker-cpu': 'true' },
    taints: [{ key: 'geneva.lancedb.com/ray-worker-cpu', value: 'true', effect: 'NO_SCHEDULE' }],
    scalingConfig: { minSize: 0, maxSize: 10, desiredSize: 0 },
  });
  expect(await valueOf(group.labelValue)).toBe('true');
});

test('nodes with GPUs have an image with the driver, and the taint that device plugins tolerate', async () => {
  await create({ ...ARGS, kind: 'gpu', labelValue: 'batch', maxSize: 4 });
  expect(engine.one(GROUP).inputs).toMatchObject({
    amiType: 'AL2023_x86_64_NVIDIA',
    instanceTypes: ['g6.2xlarge', 'g5.2xlarge'],
    labels: { 'geneva.lancedb.com/ray-worker-gpu': 'batch' },
    taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NO_SCHEDULE' }],
    scalingConfig: { minSize: 0, maxSize: 4, desiredSize: 0 },
  });
});

test('the Auto Scaling group says what a node would be, so that the cluster autoscaler can start the first', async () => {
  await create();
  expect(engine.all('aws:autoscaling/tag:Tag').map(({ name, inputs }) => ({ name, ...inputs })).sort((a, b) => a.name < b.name ? -1 : 1)).toEqual([
    {
      name: 'workers-label',
      autoscalingGroupName: 'eks-workers-asg',
      tag: { key: 'k8s.io/cluster-autoscaler/node-template/label/geneva.lancedb.com/ray-worker-cpu', value: 'true', propagateAtLaunch: false },
    },
    {
      name: 'workers-taint',
      autoscalingGroupName: 'eks-workers-asg',
      tag: { key: 'k8s.io/cluster-autoscaler/node-template/taint/geneva.lancedb.com/ray-worker-cpu', value: 'true:NoSchedule', propagateAtLaunch: false },
    },
  ]);
});

test('what the cluster autoscaler writes is left to it', async () => {
  await create();
  expect(engine.told(GROUP, 'workers').ignoreChanges).toEqual(['scalingConfig.desiredSize']);
});

test('what can not be meant is told by input, all at once', () => {
  const plan = (args: object) => () => planWorkerNodeGroup('workers', { ...ARGS, ...args });
  expect(refusedBy(plan({ subnetIds: [], minSize: -1, kind: 'tpu', capacityType: 'CHEAP' }))).toEqual(['subnetIds', 'minSize', 'kind', 'capacityType']);
  expect(refusals(plan({ minSize: 5, maxSize: 4 }))).toEqual([{ propertyPath: 'maxSize', reason: 'got 4, expected at least minSize, 5' }]);
  expect(refusedBy(plan({}))).toEqual([]);
});
