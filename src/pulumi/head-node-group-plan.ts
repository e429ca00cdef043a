import { Unwrap } from '@pulumi/pulumi';
import { HeadNodeGroupArgs } from './head-node-group-args';
import { broken, refuse } from './input-problems';
import { NodeGroupPlan } from './managed-node-group';
import { nodeGroupProblems } from './node-group-inputs';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { headNodeGroupSpec } from '../spec/managed-node-group';
import { checkHeadNodeGroup } from '../spec/rules/check';

/** 8 CPUs: a head of 4 takes 4.5 with the autoscaler beside it, and a machine of 4 gives 3.92 to pods. */
const INSTANCE_TYPES = ['m7i.2xlarge', 'm7a.2xlarge', 'm6i.2xlarge'];

/**
 * Builds and checks.
 *
 * @throws InputPropertiesError with every input that is wrong
 */
export function planHeadNodeGroup(name: string, args: Unwrap<HeadNodeGroupArgs>): NodeGroupPlan {
  const { minSize = 1, labelValue = ClusterDefaults.HEAD_NODE_LABEL_VALUE, capacityType = 'ON_DEMAND' } = args;
  const { maxSize = Math.max(2, minSize) } = args;
  const nodes = headNodeGroupSpec(labelValue, { capacityType, minSize, maxSize });
  refuse('HeadNodeGroup', name, [
    ...nodeGroupProblems(args, 1),
    ...broken(checkHeadNodeGroup(nodes, { kuberay: ClusterDefaults.KUBERAY })),
  ]);
  return { args, nodes, instanceTypes: args.instanceTypes ?? INSTANCE_TYPES };
}
