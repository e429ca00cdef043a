/** A program whose environment can't be meant. */
import { ComputeEnvironment } from 'geneva-constructs/pulumi';

new ComputeEnvironment('features', {
  image: 'ghcr.io/acme/features:1',
  rayVersion: '2.51.0', // too old for tokens
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
});
