import { headNodeGroupSpec, nodeTemplateTags, workerNodeGroupSpec } from '../../src/spec/managed-node-group';

const CAPACITY = { capacityType: 'SPOT', minSize: 0, maxSize: 3 };

test('heads find their nodes by the label that their pods select, behind the taint that they tolerate', () => {
  const { labels, taints } = headNodeGroupSpec('true', CAPACITY);
  expect(labels).toEqual({ 'geneva.lancedb.com/ray-head': 'true' });
  expect(taints).toEqual([{ key: 'geneva.lancedb.com/ray-head', value: 'true', effect: 'NO_SCHEDULE' }]);
});

test('the cluster autoscaler reads labels and taints in the words of Kubernetes', () => {
  expect(nodeTemplateTags(workerNodeGroupSpec('gpu', 'batch', CAPACITY))).toEqual([
    { key: 'k8s.io/cluster-autoscaler/node-template/label/geneva.lancedb.com/ray-worker-gpu', value: 'batch' },
    { key: 'k8s.io/cluster-autoscaler/node-template/taint/nvidia.com/gpu', value: 'present:NoSchedule' },
  ]);
});
