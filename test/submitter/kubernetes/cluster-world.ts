import { writeFileSync } from 'fs';
import { join } from 'path';
import { TestApiServer } from './test-api-server';
import { STACK_DESCRIPTOR_KEY, StackDescriptor } from '../../../src/descriptor/stack-descriptor';
import { resolveTarget, Target, TargetOptions } from '../../../src/submitter/target';
import { temporaryDirectory } from '../../temporary-directory';
import { STACK } from '../sample';
import { ScriptedHead } from '../scripted-head';

/** The sample environment, with token authentication. */
export const ENVIRONMENT: StackDescriptor = { ...STACK, rayCluster: { ...STACK.rayCluster, tokenSecret: { name: 'features-1', key: 'auth_token' } } };

const CLUSTER_PATH = '/apis/ray.io/v1/namespaces/features/rayclusters/features-1';
const CORE_PATH = '/api/v1/namespaces/features';

/** A cluster with an API server, the objects of the sample environment and a Ray head. */
export class ClusterWorld {
  public static async start(): Promise<ClusterWorld> {
    const world = new ClusterWorld(await TestApiServer.start(), await ScriptedHead.start());
    world.connectHead(world.head);
    world.api.objects.set(CLUSTER_PATH, {
      metadata: { name: 'features-1' },
      spec: { rayVersion: '2.60.0' },
      status: { head: { serviceName: 'features-1-head-svc', podName: 'features-1-head-abcde' }, conditions: [{ type: 'HeadPodReady', status: 'True' }] },
    });
    world.put('secrets', 'features-1', { data: { auth_token: Buffer.from('secret-token').toString('base64') } });
    world.put('configmaps', 'features-stack', { data: { [STACK_DESCRIPTOR_KEY]: JSON.stringify(ENVIRONMENT) } });
    return world;
  }

  /** Where the kubeconfig is. */
  public readonly kubeconfig = join(temporaryDirectory(), 'config');

  private constructor(public readonly api: TestApiServer, public readonly head: ScriptedHead) {
    this.logIn();
  }

  /** Writes the kubeconfig. */
  public logIn(user?: object): void {
    writeFileSync(this.kubeconfig, this.api.kubeConfig(user));
  }

  /** Puts a head behind the service. */
  public connectHead(head: ScriptedHead): void {
    this.api.head = Number(new URL(head.address).port);
  }

  public put(kind: string, name: string, object: { readonly metadata?: object; readonly [field: string]: unknown }): void {
    this.api.objects.set(`${CORE_PATH}/${kind}/${name}`, { ...object, metadata: { name, ...object.metadata } });
  }

  public async target(options: Partial<TargetOptions> = {}, name = 'cluster'): Promise<Target> {
    const { kubeconfig } = this;
    return resolveTarget(name, { stateDirectory: temporaryDirectory(), kubeconfig, descriptor: async () => ENVIRONMENT, ...options });
  }

  public async stop(): Promise<void> {
    await this.api.stop();
    await this.head.stop();
  }
}
