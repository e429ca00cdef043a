import { FeaturesBed, FeaturesBedParts, SUBMITTER } from './features-bed';
import { FeaturesStack, FeaturesStackOptions } from './features-stack';
import { hasCondition, KubeObject, until } from './kubernetes-client';

/** A bed on which the features environment is applied, and somebody who may submit to it. */
export class FeaturesCluster extends FeaturesBed {
  /** @param head whether the head of the environment has to be up, or is told not to be */
  public static async start(options: FeaturesStackOptions = {}, head: 'up' | 'suspended' = 'up'): Promise<FeaturesCluster> {
    const cluster = new FeaturesCluster(await FeaturesBed.makeParts(), new FeaturesStack(options));
    const objects = cluster.stack.objects.map((object) => (head === 'suspended' && object.kind === 'RayCluster' ? { ...object, spec: { ...object.spec, suspend: true } } : object));
    await cluster.admin.apply([...objects, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: SUBMITTER }]);
    cluster.kubeconfig = await cluster.kubeconfigOf(SUBMITTER);
    if (head === 'suspended') { return cluster; }
    await until('the Ray cluster is ready', async () => hasCondition(await cluster.rayCluster(), 'HeadPodReady'), 300_000);
    return cluster;
  }

  /** Of somebody who may do what the environment lets submitters do. */
  public kubeconfig = '';

  private constructor(parts: FeaturesBedParts, public readonly stack: FeaturesStack) {
    super(parts);
  }

  public async rayCluster(stack = this.stack): Promise<KubeObject | undefined> {
    return this.admin.get(stack.object('RayCluster'));
  }

  /** Where the head is, by way of the API server. */
  public async proxyPath(): Promise<string> {
    const { serviceName } = (await this.rayCluster())!.status.head;
    return `/api/v1/namespaces/${SUBMITTER.namespace}/services/http:${serviceName}:8265/proxy`;
  }

  public async workers(): Promise<KubeObject[]> {
    return this.admin.list('v1', 'Pod', SUBMITTER.namespace, 'ray.io/node-type=worker');
  }

  public async readyWorkers(): Promise<KubeObject[]> {
    return (await this.workers()).filter((pod) => pod.metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready'));
  }
}
