/** A program whose environment can't be meant, as only `up` can know. */
import { ConfigMap } from '@pulumi/kubernetes/core/v1';
import { ComputeEnvironment } from 'geneva-constructs/pulumi';

const elsewhere = new ConfigMap('elsewhere', { metadata: { name: 'elsewhere', namespace: 'default' } });

new ComputeEnvironment('late', {
  image: 'ghcr.io/acme/features:1',
  rayVersion: elsewhere.id.apply(() => '2.51.0'), // too old for tokens
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
});
