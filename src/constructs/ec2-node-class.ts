import { ApiObject, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { bytes } from './amounts';
import { Ec2Selector } from './ec2-selector';
import { KarpenterNodeClass } from './karpenter-node-pool-options';
import { OPTIONS } from './known-options';
import { requireObject } from './require-object';
import { requireKnown, requireOptions } from './require-options';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { Ec2NodeClassV1Spec, ec2NodeClassSpec, LINUX_AMI } from '../spec/ec2-node-class';
import { invalidValue } from '../spec/invalid-value';
import { isObjectName, NameLimit } from '../spec/names';
import { DiskSpec } from '../spec/node-disks';
import { GIB } from '../spec/quantities';
import { checkEc2NodeClass } from '../spec/rules/check';

const DEFAULT_DISK = Size.gibibytes(100);

/** What an {@link Ec2NodeClass} needs beyond its defaults. */
export interface Ec2NodeClassProps {
  /**
   * Machine image by Karpenter's alias, `FAMILY@VERSION`: `al2023@v20260801` or `bottlerocket@v1.50.0`. Nodes with GPUs get the variant with drivers.
   *
   * The version `latest` moves all nodes with each release of the image, of which NODE-03 warns.
   */
  readonly ami: string;

  /** Name (not the ARN) of the IAM role of the nodes. Pods don't get at it: give them a `cloudIdentity`. */
  readonly role: string;

  /** Subnets that nodes start in. */
  readonly subnets: Ec2Selector;

  /** Security groups of the nodes. */
  readonly securityGroups: Ec2Selector;

  /**
   * Size of the disk that holds images, logs and what Ray spills; whole GiB, at most 16384. Always encrypted, and gone with the node.
   *
   * @default Size.gibibytes(100), since Karpenter's 20 hold hardly an image with GPU libraries
   */
  readonly diskSize?: Size;

  /**
   * MiB a second that the disk reads and writes, from 125 to 1000. Large images are unpacked sooner with more.
   *
   * @default - 125, what EC2 gives at no cost
   */
  readonly diskThroughput?: number;

  /**
   * Id, alias or ARN of the KMS key that encrypts the disk.
   *
   * @default - the key of the account for EBS
   */
  readonly kmsKey?: string;

  /**
   * Name of the object, which belongs to no namespace: at most 63 lower case letters, digits and dashes.
   *
   * @default - made from the construct's path
   */
  readonly name?: string;
}

/**
 * How Karpenter sets up nodes on AWS: image, role, network, disk. Their metadata is given against a token only (IMDSv2), and to the node alone.
 *
 * One serves any number of pools, for heads and for workers.
 *
 * @example
 *
 * import { Chart, Size } from 'cdk8s';
 * import { Ec2NodeClass, Ec2Selector, HeadNodePool, WorkerNodePool } from 'geneva-constructs';
 *
 * declare const chart: Chart;
 * const nodes = new Ec2NodeClass(chart, 'nodes', {
 *   ami: 'al2023@v20260801',
 *   role: 'KarpenterNodeRole-features',
 *   subnets: Ec2Selector.discovery('features'),
 *   securityGroups: Ec2Selector.discovery('features'),
 *   diskSize: Size.gibibytes(200),
 * });
 * const headPool = HeadNodePool.karpenter({ nodeClass: nodes.reference });
 * const workerPool = WorkerNodePool.karpenter({ nodeClass: nodes.reference });
 */
export class Ec2NodeClass extends Construct {
  /** What a Karpenter pool takes as its `nodeClass`. */
  public readonly reference: KarpenterNodeClass;

  /**
   * @param scope a chart, or a construct in one
   * @param id name of the construct in its scope
   * @param props what nodes are made of
   * @throws when a value can't be meant
   */
  constructor(scope: Construct, id: string, props: Ec2NodeClassProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.EC2_NODE_CLASS);
    if (new.target === Ec2NodeClass) { requireKnown(this.node.path, props, OPTIONS.EC2_NODE_CLASS); }
    this.checkNames(props);
    const { ami, role, subnets, securityGroups, name } = props;
    const resource = new ApiObject(this, 'Resource', {
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      ...(name === undefined ? {} : { metadata: { name } }), // one that is undefined takes the generated name away
      spec: ec2NodeClassSpec({ ami, role, subnets: subnets._terms(), securityGroups: securityGroups._terms(), disk: this.disk(props) }),
    });
    this.reference = { name: resource.name };
    checkAtSynth(this, () => checkEc2NodeClass(resource.toJson().spec as Ec2NodeClassV1Spec, targetOf(undefined)));
  }

  private checkNames({ ami, role, name, subnets, securityGroups }: Ec2NodeClassProps): void {
    const isAmi = typeof ami === 'string' && LINUX_AMI.test(ami) && ami.length <= 30;
    this.require(isAmi, 'ami', ami, 'FAMILY@VERSION of at most 30 characters, the family al2, al2023 or bottlerocket', "ami: 'al2023@v20260801'");
    const isRole = typeof role === 'string' && /^[\w+=,.@-]{1,64}$/.test(role);
    this.require(isRole, 'role', role, 'the name of an IAM role, without the ARN around it', "role: 'KarpenterNodeRole-features'");
    const isName = name === undefined || typeof name === 'string' && isObjectName(name, NameLimit.LABEL);
    this.require(isName, 'name', name, `at most ${NameLimit.LABEL} lower case letters, digits and dashes, a letter first`, "name: 'ray-nodes'");
    this.requireIds('subnets', subnets, /^subnet-[0-9a-z]+$/);
    this.requireIds('securityGroups', securityGroups, /^sg-[0-9a-z]+$/);
  }

  private disk({ diskSize = DEFAULT_DISK, diskThroughput: throughput, kmsKey }: Ec2NodeClassProps): DiskSpec {
    const gibibytes = bytes(this.node.path, 'diskSize', diskSize) / GIB;
    this.require(isWholeWithin(gibibytes, 1, 16384), 'diskSize', `${gibibytes} GiB`, 'whole GiB, from 1 to 16384', 'diskSize: Size.gibibytes(100)');
    const isThroughput = throughput === undefined || isWholeWithin(throughput, 125, 1000);
    this.require(isThroughput, 'diskThroughput', throughput, 'whole MiB a second, from 125 to 1000', 'leave it out to have 125');
    return { gibibytes, throughput, kmsKey };
  }

  private requireIds(at: string, selector: Ec2Selector, form: RegExp): void {
    requireObject(this.node.path, { at, got: selector, has: '_terms', expected: 'an Ec2Selector', fix: `${at}: Ec2Selector.discovery('features')` });
    const strange = selector._terms().flatMap(({ id }) => id === undefined || form.test(id) ? [] : [id]);
    this.require(strange.length === 0, at, strange, `ids of the form ${form.source}`, 'copy them from the console, or select by tags: Ec2Selector.discovery(CLUSTER)');
  }

  private require(isRight: boolean, at: string, got: unknown, expected: string, fix: string): void {
    if (!isRight) {
      throw invalidValue({ path: this.node.path, at, got, expected, fix });
    }
  }
}

function isWholeWithin(amount: number, least: number, most: number): boolean {
  return Number.isInteger(amount) && amount >= least && amount <= most;
}
