/**
 * Writes down an environment in the words of Geneva, for those who have a client of their own. Source: Geneva's public documentation, Helm deployment
 * and execution contexts, as of July 2026.
 */

import { Container, Toleration } from './kubernetes-types';
import { amountOf } from './quantities';
import { RayClusterV1Spec } from './ray-cluster-types';
import { headServiceName, RayPort } from './ray-ports';
import { GPU } from './resource-names';

/** A cluster as `define_cluster` and the Helm value `geneva.defaults.cluster` have it. */
export interface GenevaCluster {
  readonly cluster_type: 'external_ray' | 'kuberay';
  readonly name: string;
  /** Of a cluster that exists. */
  readonly ray_address?: string;
  /** Of clusters that Geneva makes. */
  readonly kuberay?: GenevaKubeRay;
}

export interface GenevaKubeRay {
  readonly namespace: string;
  /** How Geneva finds the API server. */
  readonly config_method: string;
  readonly head_group: GenevaGroup;
  readonly worker_groups: GenevaWorkerGroup[];
}

/** The pods of a group; sizes are those of one. */
export interface GenevaGroup {
  readonly service_account: string;
  readonly image: string;
  readonly num_cpus: number;
  readonly num_gpus: number;
  readonly memory?: string;
  readonly node_selector: Record<string, string>;
  readonly tolerations: Toleration[];
}

export interface GenevaWorkerGroup extends GenevaGroup {
  readonly name: string;
  readonly replicas: number;
  readonly min_replicas: number;
  readonly max_replicas?: number;
  readonly idle_timeout_seconds?: number;
}

/** What Python finds on the workers, as the Helm value `geneva.defaults.manifest` has it. */
export interface GenevaManifest {
  readonly name: string;
  readonly pip: readonly string[];
  readonly head_image: string;
  readonly worker_image: string;
  readonly skip_site_packages: boolean;
}

/** Helm values of LanceDB Enterprise. */
export interface GenevaHelmValues {
  readonly geneva: { readonly defaults: { readonly cluster: GenevaCluster; readonly manifest: GenevaManifest } };
  readonly raycluster: { readonly enabled: boolean };
  readonly global: { readonly rayclusterUri: string };
}

/** An environment, as far as Geneva has words for it. */
export interface GenevaEnvironment {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Name of the RayCluster. */
  readonly cluster: string;
  /** What it is made of, with a head. */
  readonly spec: RayClusterV1Spec;
  /** Packages to install at start. */
  readonly pip: readonly string[];
}

/** Where a client of Ray reaches the cluster from within Kubernetes. */
export function rayClientAddress(cluster: string, namespace: string): string {
  return `ray://${headServiceName(cluster)}.${namespace}.svc.cluster.local:${RayPort.CLIENT}`;
}

/** The cluster that there is, which Geneva finds by its address. */
export function externalCluster({ name, namespace, cluster }: GenevaEnvironment): GenevaCluster {
  return { cluster_type: 'external_ray', name, ray_address: rayClientAddress(cluster, namespace) };
}

/** Clusters of the same shape, which Geneva makes on the same nodes, one for each job. */
export function kuberayCluster(environment: GenevaEnvironment): GenevaCluster {
  const { name, namespace, spec } = environment;
  const workers = spec.workerGroupSpecs ?? [];
  return {
    cluster_type: 'kuberay',
    name,
    kuberay: {
      namespace,
      config_method: 'IN_CLUSTER',
      head_group: group(environment, spec.headGroupSpec!.template.spec),
      worker_groups: workers.map((worker) => ({
        name: worker.groupName,
        ...group(environment, worker.template.spec),
        replicas: worker.minReplicas ?? 0,
        min_replicas: worker.minReplicas ?? 0,
        max_replicas: worker.maxReplicas,
        idle_timeout_seconds: worker.idleTimeoutSeconds,
      })),
    },
  };
}

/** Values by which jobs run on the cluster that there is. */
export function externalValues(environment: GenevaEnvironment): GenevaHelmValues {
  return values(environment, externalCluster(environment), rayClientAddress(environment.cluster, environment.namespace));
}

/** Values by which each job gets a cluster of its own. */
export function kuberayValues(environment: GenevaEnvironment): GenevaHelmValues {
  return values(environment, kuberayCluster(environment), ''); // an empty address asks for clusters on demand
}

function values(environment: GenevaEnvironment, cluster: GenevaCluster, rayclusterUri: string): GenevaHelmValues {
  return {
    geneva: { defaults: { cluster, manifest: manifest(environment) } },
    raycluster: { enabled: false }, // the chart brings a static cluster otherwise
    global: { rayclusterUri },
  };
}

/** What is here goes before the images of the cluster, so it names the same. */
function manifest({ name, spec, pip }: GenevaEnvironment): GenevaManifest {
  const head = imageOf(spec.headGroupSpec!.template.spec.containers);
  const worker = spec.workerGroupSpecs?.[0];
  return { name, pip, head_image: head, worker_image: worker ? imageOf(worker.template.spec.containers) : head, skip_site_packages: true };
}

type Pod = NonNullable<RayClusterV1Spec['headGroupSpec']>['template']['spec'];

function group({ serviceAccount }: GenevaEnvironment, { containers, nodeSelector = {}, tolerations = [] }: Pod): GenevaGroup {
  const limits = containers[0]?.resources?.limits;
  return {
    service_account: serviceAccount,
    image: imageOf(containers),
    num_cpus: amountOf(limits?.cpu) ?? 0,
    num_gpus: amountOf(limits?.[GPU]) ?? 0,
    memory: limits?.memory,
    node_selector: nodeSelector,
    tolerations,
  };
}

function imageOf(containers: readonly Container[]): string {
  return containers[0]?.image ?? '';
}
