import type { KubeConfig } from '@kubernetes/client-node/dist/config.js' with { 'resolution-mode': 'import' };

export type { KubeConfig };

/** A kubeconfig in the library's hands: it knows certificates, tokens, files of them, exec plugins, OIDC and proxies. */
export function newKubeConfig(): KubeConfig {
  // Loaded here and not above: it takes 35 ms, which only the commands that talk to Kubernetes pay. It is a file of its own in the package.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const library = require('@kubernetes/client-node/dist/config.js') as { KubeConfig: new () => KubeConfig };
  return new library.KubeConfig();
}
