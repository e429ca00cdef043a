import { ApiServer } from './api-server';
import { Credentials } from './credentials';
import { KubernetesOptions, loadKubeConfig } from './kube-config';

/**
 * The API server of the cluster that the options mean. Nothing is sent yet.
 *
 * @throws SubmitterError when the kubeconfig does not say which it is
 */
export function openApiServer(options: KubernetesOptions): ApiServer {
  return new ApiServer(new Credentials(() => loadKubeConfig(options)));
}
