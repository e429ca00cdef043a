import { existsSync } from 'fs';
import { KubeConfigFiles, Named, readKubeConfigFiles } from './kube-config-files';
import { KubeConfig, newKubeConfig } from './kube-config-library';
import { proxyFromEnvironment } from './proxy-from-environment';
import { closest } from '../../spec/closest';
import { ExitCode } from '../exit-code';
import { SubmitterError } from '../submitter-error';

/** Which cluster, as whom. */
export interface KubernetesOptions {
  /** Absent: as kubectl finds it. */
  readonly kubeconfig?: string;
  /** Absent: the current one. */
  readonly context?: string;
}

/** A cluster, and who we are to it. */
export interface LoadedKubeConfig {
  readonly config: KubeConfig;
  /** Absent: we are a pod of the cluster. */
  readonly context?: string;
  /** URL of the API server. */
  readonly server: string;
}

/** Where Kubernetes mounts the token of a pod. */
const POD_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Finds the cluster and the credentials: those of the kubeconfig, or those of this pod where there is no kubeconfig.
 *
 * @throws SubmitterError KUBECONFIG_MISSING, KUBECONFIG_MALFORMED or CONTEXT_UNKNOWN
 */
export function loadKubeConfig(options: KubernetesOptions, environment: NodeJS.ProcessEnv = process.env): LoadedKubeConfig {
  const found = readKubeConfigFiles(options.kubeconfig, environment);
  if (found) { return fromFiles(found, options.context, environment); }
  if (environment.KUBERNETES_SERVICE_HOST !== undefined && options.context === undefined) { return ofThisPod(); }
  throw new SubmitterError('KUBECONFIG_MISSING', ExitCode.USAGE, `no kubeconfig: neither ${environment.KUBECONFIG ?? '~/.kube/config'} nor the credentials of a pod are here`,
    'get one from your cloud (aws eks update-kubeconfig, gcloud container clusters get-credentials, az aks get-credentials), or pass --kubeconfig PATH');
}

function ofThisPod(): LoadedKubeConfig {
  if (!existsSync(POD_TOKEN)) {
    throw new SubmitterError('KUBECONFIG_MISSING', ExitCode.USAGE, `this is a pod without a kubeconfig and without ${POD_TOKEN}`,
      'set automountServiceAccountToken: true, or pass the dashboard by its URL: --target http://NAME-head-svc.NAMESPACE.svc:8265');
  }
  const config = newKubeConfig();
  config.loadFromCluster();
  return { config, server: config.getCurrentCluster()!.server };
}

function fromFiles({ text, files }: KubeConfigFiles, wanted: string | undefined, environment: NodeJS.ProcessEnv): LoadedKubeConfig {
  const [where, name] = [files.join(', '), wanted ?? text['current-context']];
  const names = text.contexts.map((context) => context.name);
  if (name === undefined) {
    throw usage(`kubeconfig ${where}: no current context, expected one of ${names.join(', ') || 'none'}`, 'pass --context NAME, or kubectl config use-context NAME');
  }
  const entry = text.contexts.find((context) => context.name === name);
  if (!entry) {
    const near = closest(name, names);
    throw usage(`kubeconfig ${where}: no context ${JSON.stringify(name)}, there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ') || 'none'}`,
      near ? `did you mean ${near}?` : 'correct --context');
  }
  const cluster = named(text.clusters, entry.context?.cluster);
  const user = named(text.users, entry.context?.user);
  if (!cluster || !user) {
    const [kind, missing] = cluster ? ['user', entry.context?.user] : ['cluster', entry.context?.cluster];
    throw usage(`kubeconfig ${where}: context ${name} names ${kind} ${JSON.stringify(missing)}, which is not there`, 'correct the file, or pass another --context');
  }
  const server = cluster.cluster?.server;
  if (typeof server !== 'string' || !server.startsWith('https://')) {
    throw usage(`kubeconfig ${where}: cluster ${cluster.name} has server ${JSON.stringify(server)}, expected https://HOST`, 'correct the file, or pass another --context');
  }
  const proxy = cluster.cluster?.['proxy-url'] ?? proxyFromEnvironment(server, environment);
  const reached = { ...cluster, cluster: { ...cluster.cluster, 'proxy-url': proxy } };
  const config = newKubeConfig();
  config.loadFromString(JSON.stringify({ ...text, 'clusters': [reached], 'users': [withExecInfo(user, cluster)], 'contexts': [entry], 'current-context': name }));
  return { config, context: name, server: server.replace(/\/+$/, '') };
}

function named<Item extends { readonly name: string }>(items: readonly Item[], name: unknown): Item | undefined {
  return items.find((item) => item.name === name);
}

/** What a plugin is told of its caller, as kubectl does it. Source: Kubernetes documentation, client-go credential plugins. */
function withExecInfo(user: Named<'user'>, cluster: Named<'cluster'>): Named<'user'> {
  const exec = user.user?.exec as { apiVersion?: string; env?: unknown[] | null; provideClusterInfo?: boolean } | null | undefined;
  if (!exec) { return user; }
  const { server, 'certificate-authority-data': ca } = cluster.cluster ?? {};
  const spec = { interactive: false, ...(exec.provideClusterInfo ? { cluster: { server, 'certificate-authority-data': ca } } : {}) };
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec };
  return { ...user, user: { ...user.user, exec: { ...exec, env: [...exec.env ?? [], { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] } } };
}

function usage(message: string, fix: string): SubmitterError {
  return new SubmitterError('CONTEXT_UNKNOWN', ExitCode.USAGE, message, fix);
}
