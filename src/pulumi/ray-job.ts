import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { ComponentResource, ComponentResourceOptions, Output, output } from '@pulumi/pulumi';
import { advise } from './advise';
import { childOptions } from './child-options';
import { guardHead } from './head-guards';
import { isolate } from './network-isolation';
import { RayJobArgs } from './ray-job-args';
import { planRayJob } from './ray-job-plan';
import { eksPodIdentity } from '../spec/identity';
import { objectName } from '../spec/names';
import { RAY_JOB_LABEL_LIMIT } from '../spec/ray-job';

/**
 * A command with a Ray cluster of its own, which comes before it and goes after it, however it ends.
 *
 * A job runs once. KubeRay heeds no change of a job that exists, so other content is another job, under another name, which `pulumi up` starts.
 */
export class RayJob extends ComponentResource {
  /** Name of the RayJob object, hash of the content included. */
  public readonly jobName: Output<string>;

  /**
   * @param name name of the component
   * @param args what it runs, and on what
   * @param opts as for every component
   */
  constructor(name: string, args: RayJobArgs, opts?: ComponentResourceOptions) {
    super('geneva-constructs:index:RayJob', name, {}, opts);
    const label = objectName({ parts: [args.clusterLabel ?? name], limit: RAY_JOB_LABEL_LIMIT });
    const plan = output(args).apply((known) => planRayJob(label, known));
    advise(this, plan);
    const pods = { ...args, label, hasSubmitter: true, identityEndpoints: args.podIdentity ? eksPodIdentity().endpoints : [] };
    const needed = [...guardHead(this, name, pods, plan), ...isolate(name, pods, childOptions(this, plan))];
    const job = new CustomResource(name, {
      apiVersion: 'ray.io/v1',
      kind: 'RayJob',
      metadata: { name: plan.name, namespace: args.namespace },
      spec: plan.spec,
    }, childOptions(this, plan, needed));
    this.jobName = job.metadata.name;
    this.registerOutputs({ jobName: this.jobName });
  }
}
