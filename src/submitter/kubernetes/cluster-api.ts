import { Access } from './access';
import { ApiServer } from './api-server';
import { rayClusterAt } from './cluster-name';
import { ifAllowed } from './if-allowed';
import { CoreEvent, Pod, RayCluster } from './objects';
import type { StackDescriptor } from '../../descriptor/stack-descriptor';
import { proxiedService } from '../../spec/submitter-access';
import { ExitCode } from '../exit-code';
import { SubmitterError } from '../submitter-error';

/** Label that KubeRay puts on the pods of a cluster. */
const CLUSTER_LABEL = 'ray.io/cluster';

/** All that is done to the cluster of one environment, each with the right that it takes. */
export class ClusterApi {
  constructor(public readonly server: ApiServer, public readonly descriptor: StackDescriptor) {}

  /** What the submitter does to it, for reviews of what we may. */
  public get access() {
    const { namespace, rayCluster: { name, dashboard, tokenSecret } } = this.descriptor;
    const core = { group: '', version: 'v1', namespace } as const;
    const proxy = { ...core, resource: 'services', subresource: 'proxy', name: proxiedService(dashboard.service, dashboard.port) } as const;
    const portForward = { ...core, resource: 'pods', subresource: 'portforward' } as const;
    return {
      rayCluster: { verb: 'get', group: 'ray.io', version: 'v1', resource: 'rayclusters', namespace, name },
      proxyGet: { ...proxy, verb: 'get' },
      proxyCreate: { ...proxy, verb: 'create' },
      portForwardGet: { ...portForward, verb: 'get' },
      portForwardCreate: { ...portForward, verb: 'create' },
      secret: tokenSecret && { ...core, verb: 'get', resource: 'secrets', name: tokenSecret.name },
      pods: { ...core, verb: 'list', resource: 'pods' },
      events: { ...core, verb: 'list', resource: 'events' },
    } satisfies Record<string, Access | undefined>;
  }

  /** @throws SubmitterError RAY_CLUSTER_MISSING */
  public async rayCluster(): Promise<RayCluster> {
    const found = await this.server.ask<RayCluster>(this.access.rayCluster);
    if (found) { return found; }
    const { namespace, rayCluster: { name } } = this.descriptor;
    throw new SubmitterError('RAY_CLUSTER_MISSING', ExitCode.NOT_READY, `${this.server.address}: no RayCluster ${name} in namespace ${namespace}`,
      'apply the manifests of this stack (kubectl apply -f dist), or pass the --context of the cluster that has it; geneva-stack doctor --target cluster looks at the rest');
  }

  /** Whether the RayCluster of another content, that has its head at an address, is there no more. Who may not see it does not know. */
  public async isGone(address: string): Promise<boolean> {
    const name = rayClusterAt(address);
    if (name === undefined) { return false; }
    return await ifAllowed(async () => !await this.has(name)) ?? false;
  }

  /** Whether there is a RayCluster of that name. */
  public async has(name: string): Promise<boolean> {
    return await this.server.ask({ ...this.access.rayCluster, name }) !== undefined;
  }

  public async pods(): Promise<readonly Pod[]> {
    return this.server.list<Pod>(this.access.pods, { labelSelector: `${CLUSTER_LABEL}=${this.descriptor.rayCluster.name}` });
  }

  /** Events about objects of a kind. A namespace keeps them for an hour. */
  public async events(kind: 'Pod' | 'RayCluster'): Promise<readonly CoreEvent[]> {
    return this.server.list<CoreEvent>(this.access.events, { fieldSelector: `involvedObject.kind=${kind}` });
  }

  /** Ray's token, as KubeRay keeps it. Undefined: the cluster has none, or its Secret is not there yet. */
  public async token(): Promise<string | undefined> {
    const { secret } = this.access;
    if (!secret) { return undefined; }
    const found = await this.server.ask<{ readonly data?: Record<string, string> }>(secret);
    const value = found?.data?.[this.descriptor.rayCluster.tokenSecret!.key];
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8').trim();
  }
}
