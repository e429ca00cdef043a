import { Cron } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import { environment, IMAGE, Manifest, manifests, newChart, only } from './synthesized';
import { CloudIdentity, ComputeEnvironmentProps, HeadNodePool, NetworkIsolation, RayJob } from '../../src';
import { withoutUnknownFields } from '../crds/strict-core';

const ROLE = 'arn:aws:iam::123456789012:role/features';
const CLIENT = '01234567-89ab-cdef-0123-456789abcdef';

function objects(cloudIdentity: CloudIdentity, props: Partial<ComputeEnvironmentProps> = {}): Manifest[] {
  return manifests(environment({ cloudIdentity, ...props }));
}

function account(list: Manifest[]): unknown {
  return (only(list, 'ServiceAccount').metadata as { annotations?: unknown }).annotations;
}

function podLabels(list: Manifest[]): unknown[] {
  const { headGroupSpec, workerGroupSpecs } = only(list, 'RayCluster').spec;
  return [headGroupSpec, ...workerGroupSpecs].map(({ template }) => template.metadata.labels);
}

function way(list: Manifest[]): unknown {
  return list.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'features-identity')?.spec.egress;
}

test('IRSA is an annotation of the account; its endpoint speaks TLS, which is let out anyway', () => {
  const list = objects(CloudIdentity.eksIrsa(ROLE));
  expect(account(list)).toEqual({ 'eks.amazonaws.com/role-arn': ROLE, 'eks.amazonaws.com/sts-regional-endpoints': 'true' });
  expect(way(list)).toBeUndefined();
});

test('EKS Pod Identity needs the way to the agent of the node, and nothing else', () => {
  const list = objects(CloudIdentity.eksPodIdentity());
  expect(account(list)).toBeUndefined();
  expect(way(list)).toEqual([
    { to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ port: 80, protocol: 'TCP' }] },
    { to: [{ ipBlock: { cidr: 'fd00:ec2::23/128' } }], ports: [{ port: 80, protocol: 'TCP' }] },
  ]);
  expect(list.filter(({ kind }) => kind === 'NetworkPolicy').map(withoutUnknownFields)).toEqual(list.filter(({ kind }) => kind === 'NetworkPolicy'));
});

test('GKE is an annotation and the way to the metadata server, with and without Dataplane V2', () => {
  const list = objects(CloudIdentity.gke('features@acme.iam.gserviceaccount.com'));
  expect(account(list)).toEqual({ 'iam.gke.io/gcp-service-account': 'features@acme.iam.gserviceaccount.com' });
  expect(way(list)).toMatchObject([{ to: [{ ipBlock: { cidr: '169.254.169.252/32' } }], ports: [{ port: 988 }] }, { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ port: 80 }] }]);
});

test('Azure is annotations, and a label without which its webhook leaves a pod alone', () => {
  const list = objects(CloudIdentity.azure(CLIENT, { tenantId: CLIENT }), { podLabels: { team: 'a' } });
  expect(account(list)).toEqual({ 'azure.workload.identity/client-id': CLIENT, 'azure.workload.identity/tenant-id': CLIENT });
  expect(podLabels(list)).toEqual([1, 2].map(() => ({ 'azure.workload.identity/use': 'true', 'team': 'a', 'geneva-constructs/cluster': 'features' })));
});

test('without isolation there is no way to open', () => {
  expect(way(objects(CloudIdentity.eksPodIdentity(), { networkIsolation: NetworkIsolation.none() }))).toBeUndefined();
});

test('the submitter of schedules is somebody of its own', () => {
  const env = environment({ scheduleSubmitter: { image: 'submitter:1', cloudIdentity: CloudIdentity.azure(CLIENT) }, cloudIdentity: CloudIdentity.eksPodIdentity() });
  env.addBackfill('a', { table: '/t.lance', column: 'a', udf: 'a:a', schedule: { cron: Cron.daily() } });
  const list = manifests(env);
  expect((only(list, 'ServiceAccount', 'features-submitter').metadata as { annotations?: unknown }).annotations).toEqual({ 'azure.workload.identity/client-id': CLIENT });
  expect(only(list, 'CronJob').spec.jobTemplate.spec.template.metadata.labels).toMatchObject({ 'azure.workload.identity/use': 'true' });
});

test('a job with a cluster of its own may be somebody, too', () => {
  const chart = newChart();
  new RayJob(chart, 'features', { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), namespaceName: 'ml', command: ['a'], cloudIdentity: CloudIdentity.eksPodIdentity() });
  expect(way(manifests(chart))).toHaveLength(2);
});

test('annotations are not lost on an account that is made elsewhere', () => {
  const chart = newChart({ namespace: 'given' });
  const serviceAccount = new ServiceAccount(chart, 'mine', { metadata: { name: 'mine' } });
  expect(() => environment({ serviceAccount, cloudIdentity: CloudIdentity.eksIrsa(ROLE) }, chart)).toThrow(/cloudIdentity: got .*expected no annotations for "mine"/s);
});

test('an identity without annotations goes with any account', () => {
  const chart = newChart({ namespace: 'given' });
  const serviceAccount = new ServiceAccount(chart, 'mine', { metadata: { name: 'mine' } });
  expect(way(manifests(environment({ serviceAccount, cloudIdentity: CloudIdentity.eksPodIdentity() }, chart)))).toHaveLength(2);
});

test.each([
  [() => CloudIdentity.eksIrsa('features'), /CloudIdentity\.eksIrsa: roleArn: got "features", expected the ARN of a role/],
  [() => CloudIdentity.eksIrsa('arn:aws:iam::1:user/a'), /roleArn/],
  [() => CloudIdentity.gke('features'), /email: got "features"/],
  [() => CloudIdentity.azure('features'), /clientId: got "features", expected a GUID/],
  [() => CloudIdentity.azure(CLIENT, { tenantId: 'acme' }), /tenantId: got "acme"/],
])('what is no identity is refused', (make, message) => {
  expect(make).toThrow(message);
});
