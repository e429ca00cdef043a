import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { Deployment } from '@pulumi/kubernetes/apps/v1';
import { PriorityClass } from '@pulumi/kubernetes/scheduling/v1';
import { ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { advise } from './advise';
import { childOptions } from './child-options';
import { interruptionQueue } from './interruption-queue';
import { KarpenterNodePoolsArgs } from './karpenter-node-pools-args';
import { KarpenterPlan, planKarpenter, POOL_INPUTS } from './karpenter-plan';
import { KEEP_WARM_PRIORITY } from '../spec/priorities';

const NODE_POOL = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' };

/**
 * Karpenter's pools for heads and for workers, with the queue by which it hears of nodes that AWS is about to take. Karpenter itself must be there.
 *
 * They are the pools that the cdk8s constructs make, with the same labels, taints, guards and limits.
 */
export class KarpenterNodePools extends ComponentResource {
  /** Name of the queue of interruptions, for Karpenter's `settings.interruptionQueue`. Nothing when none is made. */
  public readonly interruptionQueueName: Output<string> | undefined;

  /** ARN of the queue of interruptions, from which the role of Karpenter's controller must be let receive. Nothing when none is made. */
  public readonly interruptionQueueArn: Output<string> | undefined;

  /**
   * @param name name of the component
   * @param args which pools
   * @param opts as for every component
   */
  constructor(name: string, args: KarpenterNodePoolsArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:KarpenterNodePools', name, {}, opts);
    const plan = output(args).apply((known) => planKarpenter(name, known));
    advise(this, plan);
    const nodeClass = args.nodeClass === undefined ? [] : [new CustomResource(`${name}-nodes`, {
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name: plan.apply((known) => known.nodeClass!.name) },
      spec: plan.apply((known) => known.nodeClass!.spec),
    }, childOptions(this, plan))];
    if (args.headPool !== undefined) {
      const head = plan.apply((known) => known.head!);
      new CustomResource(`${name}-head`, { ...NODE_POOL, metadata: { name: head.name }, spec: head.pool }, childOptions(this, plan, nodeClass));
      this.keepWarm(name, args, plan);
    }
    for (const kind of ['cpu', 'gpu'] as const) {
      if (args[POOL_INPUTS[kind]] !== undefined) {
        const workers = plan.apply((known) => known.workers[kind]!);
        new CustomResource(`${name}-${kind}`, { ...NODE_POOL, metadata: { name: workers.name }, spec: workers.pool }, childOptions(this, plan, nodeClass));
      }
    }
    const queue = args.interruptionQueue === false ? undefined : interruptionQueue(this, name, plan, args.tags);
    this.interruptionQueueName = queue?.name;
    this.interruptionQueueArn = queue?.arn;
    this.registerOutputs({ interruptionQueueName: this.interruptionQueueName, interruptionQueueArn: this.interruptionQueueArn });
  }

  private keepWarm(name: string, { namespace }: KarpenterNodePoolsArgs, plan: Output<KarpenterPlan>): void {
    const warm = plan.apply((known) => known.head!.keepWarm);
    const priority = new PriorityClass(`${name}-keep-warm`, { metadata: { name: warm.priorityClassName }, ...KEEP_WARM_PRIORITY }, childOptions(this, plan));
    new Deployment(`${name}-keep-warm`, {
      metadata: { name: warm.name, namespace, annotations: { 'pulumi.com/skipAwait': 'true' } }, // a head may take its place at once
      spec: warm.spec,
    }, childOptions(this, plan, [priority]));
  }
}
