import { withoutUnknownFields } from './strict-core';
import { StrictCrd } from './strict-crd';

const CONTAINERS = [{ name: 'ray', image: 'ray' }];

function cluster(spec: object): object {
  return { apiVersion: 'ray.io/v1', kind: 'RayCluster', metadata: { name: 'a' }, spec };
}

test('a field that the CRD knows passes', () => {
  const spec = { headGroupSpec: { template: { spec: { containers: CONTAINERS } } }, autoscalerOptions: { idleTimeoutSeconds: 60 } };
  expect(StrictCrd.RAY_CLUSTER.problems(cluster(spec))).toEqual([]);
});

test('a misspelt field is found, which the API server would drop', () => {
  const spec = { headGroupSpec: { template: { spec: { containers: CONTAINERS } } }, autoscalerOptions: { idleTimeoutSecond: 60 } };
  expect(StrictCrd.RAY_CLUSTER.problems(cluster(spec))).toEqual([expect.stringContaining('idleTimeoutSecond')]);
});

test('a misspelt field of a pod is found', () => {
  expect(StrictCrd.RAY_CLUSTER.podTemplateProblems({ spec: { containers: CONTAINERS, toleration: [] } })).toEqual([expect.stringContaining('toleration')]);
});

test('a misspelt field of a core object is dropped, and so found by comparison', () => {
  const policy = (spec: object) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'a' }, spec: { podSelector: {}, ...spec } });
  expect(withoutUnknownFields(policy({ policyTypes: ['Egress'] }))).toEqual(policy({ policyTypes: ['Egress'] }));
  expect(withoutUnknownFields(policy({ policyType: ['Egress'] }))).toEqual(policy({}));
});
