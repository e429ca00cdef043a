import { descriptor, environment, Manifest, manifests } from './synthesized';
import { Authentication, ComputeEnvironment, NetworkIsolation, SubmitterAccessOptions } from '../../src';
import { PolicyRule } from '../../src/spec/pod-access';
import { isGranted } from '../../src/submitter/kubernetes/access';
import { ApiServer } from '../../src/submitter/kubernetes/api-server';
import { ClusterApi } from '../../src/submitter/kubernetes/cluster-api';

function withSubmitters(options: SubmitterAccessOptions, props = {}): ComputeEnvironment {
  const env = environment(props);
  env.addSubmitters(options);
  return env;
}

const named = (env: ComputeEnvironment, wanted: string, name: string) =>
  manifests(env).filter(({ kind, metadata }) => kind === wanted && metadata.name === name);

const rulesOf = (env: ComputeEnvironment) => (named(env, 'Role', 'features-submit')[0] as Manifest & { rules: PolicyRule[] }).rules;

test('a role for submitters is bound to whom the app names', () => {
  expect(named(withSubmitters({ users: ['ada'], groups: ['scientists'] }), 'RoleBinding', 'features-submit')[0]).toMatchObject({
    metadata: { namespace: 'features' },
    roleRef: { kind: 'Role', name: 'features-submit' },
    subjects: [{ kind: 'User', name: 'ada' }, { kind: 'Group', name: 'scientists' }],
  });
});

test.each([[false], [true]])('it grants all that the submitter does, and a port-forward when it is asked for (%p)', (portForward) => {
  const env = withSubmitters({ users: ['ada'], portForward });
  const { access } = new ClusterApi(undefined as unknown as ApiServer, descriptor(env));
  const missing = Object.entries(access).filter(([, one]) => one && !isGranted(one, rulesOf(env))).map(([name]) => name);
  expect(missing).toEqual(portForward ? [] : ['portForwardGet', 'portForwardCreate']);
});

test('it grants nothing of another head, nor any change', () => {
  const env = withSubmitters({ users: ['ada'] });
  const { rayCluster: { name, dashboard } } = descriptor(env);
  expect(rulesOf(env)).toEqual([
    { apiGroups: [''], resources: ['services/proxy'], verbs: ['get', 'create'], resourceNames: [`http:${dashboard.service}:8265`] },
    { apiGroups: ['ray.io'], resources: ['rayclusters'], verbs: ['get'], resourceNames: [name] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: ['features-stack'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: [name] },
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list'] },
  ]);
  const open = withSubmitters({ users: ['ada'] }, { authentication: Authentication.NONE });
  expect(rulesOf(open).filter(({ resources }) => resources.includes('secrets'))).toEqual([]);
});

test('the API server is let through to the dashboard from where it comes, where there is isolation', () => {
  const options = { users: ['ada'], apiServerCidrs: ['10.0.0.0/16'] };
  const policies = (env: ComputeEnvironment) => named(env, 'NetworkPolicy', 'features-api-server-to-head');
  expect(policies(withSubmitters(options))[0].spec.ingress).toEqual([{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ port: 8265, protocol: 'TCP' }] }]);
  expect(policies(withSubmitters(options, { networkIsolation: NetworkIsolation.none() }))).toEqual([]);
});

test('nobody is no submitter', () => {
  expect(() => withSubmitters({})).toThrow("got nothing, expected a user or a group.\n  Fix: groups: ['data-scientists']");
});
