import { environment, Manifest, manifests } from './synthesized';
import { NetworkIsolation } from '../../src';

const RAY_PODS = { 'geneva-constructs/cluster': 'features' };
const HEAD = { ...RAY_PODS, 'ray.io/node-type': 'head' };

function policy(suffix: string, isolation = NetworkIsolation.enforced()): Manifest['spec'] {
  return manifests(environment({ networkIsolation: isolation })).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === `features-${suffix}`)!.spec;
}

test('all that is not allowed is denied, to every Ray pod', () => {
  expect(policy('default-deny')).toEqual({ podSelector: { matchLabels: RAY_PODS }, policyTypes: ['Ingress', 'Egress'] });
});

test('head and workers bear the label that the policies select', () => {
  const { headGroupSpec, workerGroupSpecs } = manifests(environment()).find(({ kind }) => kind === 'RayCluster')!.spec;
  for (const { template } of [headGroupSpec, ...workerGroupSpecs]) {
    expect(template.metadata.labels).toMatchObject(RAY_PODS);
  }
});

test('only the head talks to the API server on its own port', () => {
  expect(policy('api-server')).toMatchObject({ podSelector: { matchLabels: HEAD }, egress: [{ ports: [{ port: 443 }, { port: 6443 }] }] });
});

test('the dashboard is open to the operator and to submitters, who are told apart by namespace', () => {
  const callers = (isolation?: NetworkIsolation) => policy('dashboard', isolation).ingress[0].from.map((peer: any) => peer.namespaceSelector.matchLabels);
  expect(callers()).toEqual([{ 'kubernetes.io/metadata.name': 'kuberay-system' }, { 'kubernetes.io/metadata.name': 'features' }]);
  expect(callers(NetworkIsolation.enforced({ operatorNamespace: { team: 'platform' }, submitterNamespaces: { submits: 'jobs' } }))).toEqual([
    { team: 'platform' },
    { submits: 'jobs' },
  ]);
});
