import { ApiServer } from './api-server';
import { KubernetesOptions } from './kube-config';
import { openApiServer } from './open-api-server';
import { reached } from './reached';
import { STACK_DESCRIPTOR_KEY } from '../../descriptor/stack-descriptor';
import { ExitCode } from '../exit-code';
import { descriptorIn, IN_CLUSTER, loadStack, Stack } from '../stack';
import { SubmitterError } from '../submitter-error';

/**
 * A stack in a folder of manifests, or, as `cm://NAMESPACE/NAME`, in a ConfigMap of the cluster.
 *
 * @throws SubmitterError when it is not there, or can't be read
 */
export async function openStack(stack: string, options: KubernetesOptions): Promise<Stack> {
  if (!stack.startsWith(IN_CLUSTER)) { return loadStack(stack); }
  const [, namespace, name] = /^cm:\/\/([^/]+)\/([^/]+)$/.exec(stack) ?? [];
  if (namespace === undefined) {
    throw new SubmitterError('STACK_MISSING', ExitCode.USAGE, `--stack ${stack}: expected cm://NAMESPACE/NAME`, 'kubectl get configmap -l geneva-constructs/stack-descriptor -A shows them');
  }
  return readStack(openApiServer(options), namespace, name);
}

/** @throws SubmitterError STACK_MISSING or STACK_MALFORMED */
export async function readStack(server: ApiServer, namespace: string, name: string): Promise<Stack> {
  const access = { verb: 'get', group: '', version: 'v1', resource: 'configmaps', namespace, name } as const;
  const found = await reached(server, () => server.ask<{ readonly data?: Record<string, string> }>(access));
  const text = found?.data?.[STACK_DESCRIPTOR_KEY];
  const where = `cm://${namespace}/${name}`;
  if (text === undefined) {
    throw new SubmitterError('STACK_MISSING', ExitCode.USAGE, `${server.address}: ${found ? `ConfigMap ${name} in namespace ${namespace} has no ${STACK_DESCRIPTOR_KEY}` : `no ConfigMap ${name} in namespace ${namespace}`}`,
      'kubectl get configmap -l geneva-constructs/stack-descriptor -A shows those that hold a stack; or apply the manifests, or pass --stack PATH');
  }
  return { descriptor: descriptorIn(text, where) };
}
