import { Size } from 'cdk8s';
import { parse } from 'yaml';
import { environment, Manifest, manifests, only } from './synthesized';
import { ComputeEnvironment, GenevaClientConfigOptions, NetworkIsolation, Rules, WorkerNodePool } from '../../src';
import { withoutUnknownFields } from '../crds/strict-core';

const IMAGE = 'ghcr.io/acme/features:1';

function told(options: GenevaClientConfigOptions = {}, env: ComputeEnvironment = environment()): Manifest[] {
  env.addGenevaClientConfig(options);
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, minReplicas: 1, maxReplicas: 8, pool: WorkerNodePool.karpenter() });
  return manifests(env);
}

function files(objects: Manifest[]): Record<string, string> {
  return only(objects, 'ConfigMap', 'features-geneva').data;
}

function addressOf(objects: Manifest[]): string {
  return `ray://${only(objects, 'RayCluster').metadata.name}-head-svc.features.svc.cluster.local:10001`;
}

test('jobs of LanceDB Enterprise run on the cluster that there is, which is found by the name that it came to have', () => {
  const objects = told();
  expect(parse(files(objects)['external.values.yaml'])).toEqual({
    geneva: {
      defaults: {
        cluster: { cluster_type: 'external_ray', name: 'features', ray_address: addressOf(objects) },
        manifest: { name: 'features', pip: [], head_image: IMAGE, worker_image: IMAGE, skip_site_packages: true },
      },
    },
    raycluster: { enabled: false },
    global: { rayclusterUri: addressOf(objects) },
  });
});

test('or each of them gets a cluster of the same shape, on the same nodes', () => {
  const { geneva, global } = parse(files(told())['kuberay.values.yaml']);
  expect(global).toEqual({ rayclusterUri: '' });
  expect(geneva.defaults.cluster).toEqual({
    cluster_type: 'kuberay',
    name: 'features',
    kuberay: {
      namespace: 'features',
      config_method: 'IN_CLUSTER',
      head_group: {
        service_account: 'geneva-service-account',
        image: IMAGE,
        num_cpus: 4,
        num_gpus: 0,
        memory: '8Gi',
        node_selector: { 'geneva.lancedb.com/ray-head': 'true' },
        tolerations: [{ key: 'geneva.lancedb.com/ray-head', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
      },
      worker_groups: [
        expect.objectContaining({ name: 'cpu', num_cpus: 4, memory: '8Gi', replicas: 0, min_replicas: 0, max_replicas: 10, node_selector: {}, tolerations: [] }),
        {
          name: 'gpu',
          service_account: 'geneva-service-account',
          image: IMAGE,
          num_cpus: 8,
          num_gpus: 1,
          memory: '32Gi',
          node_selector: { 'geneva.lancedb.com/ray-worker-gpu': 'true' },
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
          replicas: 1,
          min_replicas: 1,
          max_replicas: 8,
          idle_timeout_seconds: 60,
        },
      ],
    },
  });
});

test('clients without LanceDB Enterprise get the same clusters as JSON, and the address', () => {
  const objects = told();
  const data = files(objects);
  for (const kind of ['external', 'kuberay']) {
    expect(JSON.parse(data[`${kind}.cluster.json`])).toEqual(parse(data[`${kind}.values.yaml`]).geneva.defaults.cluster);
  }
  expect(data.address).toBe(addressOf(objects));
});

test('the address can be read in the program, once everything was added', () => {
  const env = environment();
  const config = env.addGenevaClientConfig();
  const { address } = config;
  expect(address).toBe(addressOf(manifests(env)));
  env.addWorkerGroup('late', { cpu: 1, memory: Size.gibibytes(2), maxReplicas: 1 });
  expect(() => manifests(env)).toThrow(/NAME-02/);
});

test('the client reaches the port of Ray clients through the isolation, and no other', () => {
  const ingress = (objects: Manifest[]) => only(objects, 'NetworkPolicy', 'features-ray-client').spec.ingress;
  const from = (matchLabels: object) => [{ from: [{ namespaceSelector: { matchLabels } }], ports: [{ port: 10001, protocol: 'TCP' }] }];
  const objects = told();
  expect(ingress(objects)).toEqual(from({ 'kubernetes.io/metadata.name': 'lancedb' }));
  expect(only(objects, 'NetworkPolicy', 'features-ray-client').spec.podSelector.matchLabels).toMatchObject({ 'ray.io/node-type': 'head' });
  expect(ingress(told({ clientNamespace: { team: 'ml' } }))).toEqual(from({ team: 'ml' }));
  expect(told({}, environment({ networkIsolation: NetworkIsolation.none() })).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('every field is one that Kubernetes knows, and none holds a secret', () => {
  const objects = told({ pip: ['pillow==12.0.0'] });
  const core = objects.filter(({ kind }) => ['ConfigMap', 'NetworkPolicy'].includes(kind));
  expect(core.map(withoutUnknownFields)).toEqual(core);
  expect(parse(files(objects)['external.values.yaml']).geneva.defaults.manifest.pip).toEqual(['pillow==12.0.0']);
  expect(JSON.stringify(files(objects))).not.toMatch(/token|secret|password/i);
});

test('that Geneva refuses jobs on a cluster without workers is said', () => {
  const env = environment();
  env.addGenevaClientConfig();
  expect(Rules.advice(env).filter((text) => text.includes('GENEVA-01'))).toEqual([expect.stringContaining('GENEVA_ADMISSION__STRICT=false')]);
  env.addWorkerGroup('up', { cpu: 1, memory: Size.gibibytes(2), minReplicas: 1, maxReplicas: 1 });
  expect(Rules.advice(env).join()).not.toContain('GENEVA-01');
});
