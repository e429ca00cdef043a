import { Unwrap } from '@pulumi/pulumi';
import { oneOf, refuse } from './input-problems';
import { NodeGroupPlan } from './managed-node-group';
import { nodeGroupProblems } from './node-group-inputs';
import { WorkerNodeGroupArgs } from './worker-node-group-args';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { workerNodeGroupSpec } from '../spec/managed-node-group';
import { WorkerKind } from '../spec/worker-node-pool';

const KINDS: readonly WorkerKind[] = ['cpu', 'gpu'];
const CAPACITY_TYPES = ['SPOT', 'ON_DEMAND'];

/** Several, of one size: spot capacity is found sooner among more of them, and the cluster autoscaler takes all nodes of a group for equal. */
const INSTANCE_TYPES: Record<WorkerKind, string[]> = {
  cpu: ['m7i.2xlarge', 'm7a.2xlarge', 'm6i.2xlarge', 'm6a.2xlarge', 'm5.2xlarge'],
  gpu: ['g6.2xlarge', 'g5.2xlarge'],
};

/** Images for GPUs have their driver. */
const AMI_TYPES: Record<WorkerKind, string> = { cpu: 'AL2023_x86_64_STANDARD', gpu: 'AL2023_x86_64_NVIDIA' };

const DEFAULT_MAX_SIZE = 10;

/**
 * Builds and checks.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planWorkerNodeGroup(name: string, args: Unwrap<WorkerNodeGroupArgs>): NodeGroupPlan {
  const { minSize = 0, labelValue = ClusterDefaults.NODE_LABEL_VALUE, capacityType = 'SPOT' } = args;
  const { maxSize = Math.max(DEFAULT_MAX_SIZE, minSize) } = args;
  refuse('WorkerNodeGroup', name, [
    ...nodeGroupProblems(args, 0),
    ...oneOf('kind', args.kind, KINDS),
    ...oneOf('capacityType', capacityType, CAPACITY_TYPES),
  ]);
  const kind = (args.kind ?? 'cpu') as WorkerKind;
  return {
    args: { ...args, amiType: args.amiType ?? AMI_TYPES[kind] },
    nodes: workerNodeGroupSpec(kind, labelValue, { capacityType, minSize, maxSize }),
    instanceTypes: args.instanceTypes ?? INSTANCE_TYPES[kind],
  };
}
