import { Construct } from 'constructs';
import { requireWhole } from './amounts';
import { CapacityType } from './capacity-type';
import { KarpenterNodeClass, KarpenterNodePoolOptions } from './karpenter-node-pool-options';
import { OPTIONS } from './known-options';
import { requireFilledLabelValue } from './label-options';
import { requireEachOf, requireList } from './plain-options';
import { requireKnown } from './require-options';
import { invalidValue } from '../spec/invalid-value';
import { isSubdomain } from '../spec/names';
import { NodeChoice } from '../spec/node-choice';

/** API group of Karpenter's node classes on AWS. */
const AWS = 'karpenter.k8s.aws';

/** Source: Karpenter documentation, well-known labels: kubernetes.io/arch. */
const ARCHITECTURES = ['amd64', 'arm64'];

const FAMILY = /^[a-z][a-z0-9-]*$/;

/**
 * The machines that a pool may choose from, defaults filled in.
 *
 * @throws when sizes can't be meant, or are said where nobody knows them
 */
export function nodeChoice(pool: Construct, options: KarpenterNodePoolOptions, capacityTypes: CapacityType[]): NodeChoice {
  const { nodeClass, instanceFamilies = [], instanceCpus = [], architecture = 'amd64' } = options;
  const group = nodeClass?.group ?? AWS;
  const { path } = pool.node;
  requireCapacityTypes(path, capacityTypes);
  requireArchitecture(path, architecture);
  requireFamilies(path, instanceFamilies);
  requireList({ path, at: 'instanceCpus', got: instanceCpus }, '8');
  requireFilledLabelValue(path, 'labelValue', options.labelValue);
  if (nodeClass !== undefined) { requireNodeClass(path, nodeClass); }
  requireAws(pool, 'instanceFamilies', instanceFamilies, group);
  requireAws(pool, 'instanceCpus', instanceCpus, group);
  instanceCpus.forEach((cpus) => requireWhole(path, 'instanceCpus', cpus, 1));
  return {
    capacityTypes,
    instanceFamilies,
    instanceCpus,
    architecture,
    nodeClass: { group, kind: nodeClass?.kind ?? 'EC2NodeClass', name: nodeClass?.name ?? 'default' },
  };
}

function requireCapacityTypes(path: string, types: CapacityType[]): void {
  const at = 'capacityTypes';
  requireEachOf({ path, at, got: types }, { CapacityType });
  if (types.length === 0) {
    throw invalidValue({ path, at, got: types, expected: 'at least one', fix: 'capacityTypes: [CapacityType.ON_DEMAND]' });
  }
}

function requireArchitecture(path: string, got: string): void {
  if (!ARCHITECTURES.includes(got)) {
    const meant = /^(arm|aarch)/i.test(got) ? 'arm64' : 'amd64';
    throw invalidValue({ path, at: 'architecture', got, expected: ARCHITECTURES.join(' or '), fix: `architecture: "${meant}"` });
  }
}

/** Source: Amazon EC2 documentation, naming of instance types: the size comes after the dot. */
function requireFamilies(path: string, families: string[]): void {
  requireList({ path, at: 'instanceFamilies', got: families }, '"m7i"');
  const strange = families.findIndex((family) => typeof family !== 'string' || !FAMILY.test(family));
  if (strange >= 0) {
    const got = families[strange];
    const meant = String(got).toLowerCase().replace(/\..*$/, '');
    const fix = `instanceFamilies: ["${FAMILY.test(meant) ? meant : 'm7i'}"]`;
    throw invalidValue({ path, at: 'instanceFamilies', got, expected: 'families, in lower case and without a size', fix });
  }
}

/** Where no types do: a name alone, or the construct in place of what it is known by. */
function requireNodeClass(path: string, got: KarpenterNodeClass): void {
  if (typeof got !== 'object' || got === null || got instanceof Construct) {
    const fix = typeof got === 'string' ? `nodeClass: { name: ${JSON.stringify(got)} }` : 'nodeClass: nodes.reference, of an Ec2NodeClass, or { name: "default" }';
    throw invalidValue({ path, at: 'nodeClass', got: got instanceof Construct ? `the construct ${got.node.path}` : got, expected: 'the node class by its name, or a reference to it', fix });
  }
  requireKnown(path, got, OPTIONS.NODE_CLASS_REFERENCE, 'nodeClass');
  if (typeof got.name !== 'string' || !isSubdomain(got.name)) {
    const expected = 'the name of a node class: lower case letters, digits, dashes and dots';
    throw invalidValue({ path, at: 'nodeClass.name', got: got.name, expected, fix: 'nodeClass: { name: "default" }' });
  }
}

function requireAws(pool: Construct, at: string, got: unknown[], group: string): void {
  if (got.length > 0 && group !== AWS) {
    const expected = `nothing with a node class of ${group}: it is a notion of ${AWS}`;
    throw invalidValue({ path: pool.node.path, at, got, expected, fix: 'say it in the node class' });
  }
}
