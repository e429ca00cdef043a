import { Construct } from 'constructs';
import { requireWhole } from './amounts';
import { KarpenterNodePoolOptions } from './karpenter-node-pool-options';
import { invalidValue } from '../spec/invalid-value';
import { CapacityType, NodeChoice } from '../spec/node-choice';

/** API group of Karpenter's node classes on AWS. */
const AWS = 'karpenter.k8s.aws';

/**
 * The machines that a pool may choose from, defaults filled in.
 *
 * @throws when sizes can't be meant, or are said where nobody knows them
 */
export function nodeChoice(pool: Construct, options: KarpenterNodePoolOptions, capacityTypes: CapacityType[]): NodeChoice {
  const { nodeClass, instanceFamilies = [], instanceCpus = [], architecture = 'amd64' } = options;
  const group = nodeClass?.group ?? AWS;
  requireAws(pool, 'instanceFamilies', instanceFamilies, group);
  requireAws(pool, 'instanceCpus', instanceCpus, group);
  instanceCpus.forEach((cpus) => requireWhole(pool, 'instanceCpus', cpus, 1));
  return {
    capacityTypes,
    instanceFamilies,
    instanceCpus,
    architecture,
    nodeClass: { group, kind: nodeClass?.kind ?? 'EC2NodeClass', name: nodeClass?.name ?? 'default' },
  };
}

function requireAws(pool: Construct, at: string, got: unknown[], group: string): void {
  if (got.length > 0 && group !== AWS) {
    const expected = `nothing with a node class of ${group}: it is a notion of ${AWS}`;
    throw invalidValue({ path: pool.node.path, at, got, expected, fix: 'say it in the node class' });
  }
}
