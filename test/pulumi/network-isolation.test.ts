import { MockedEngine } from './mocked-pulumi';
import { ComputeEnvironment, ComputeEnvironmentArgs } from '../../src/pulumi';

const ARGS = {
  image: 'ghcr.io/acme/features:1',
  rayVersion: '2.54.0',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
};
const POLICY = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';

const engine = new MockedEngine();

async function create(args: Partial<ComputeEnvironmentArgs>): Promise<void> {
  await engine.start();
  new ComputeEnvironment('features', { ...ARGS, ...args });
  await engine.settle();
}

/** The namespaces whose pods reach the dashboard. */
function callers(): string[] {
  const [{ from }] = engine.named(POLICY, 'features-dashboard').inputs.spec.ingress;
  return from.map(({ namespaceSelector }: any) => namespaceSelector.matchLabels['kubernetes.io/metadata.name']);
}

test('operator and own pods reach the dashboard', async () => {
  await create({});
  expect(callers()).toEqual(['kuberay-system', 'features']);
});

test('both can be elsewhere', async () => {
  await create({ operatorNamespace: 'ray-operator', submitterNamespace: 'notebooks' });
  expect(callers()).toEqual(['ray-operator', 'notebooks']);
});

test('the API server is let in where it comes from', async () => {
  await create({ submitters: { users: ['ada'], apiServerCidrs: ['10.0.0.0/16', '10.1.0.0/16'] } });
  expect(engine.named(POLICY, 'features-api-server-to-head').inputs.spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.0.0/16' } }, { ipBlock: { cidr: '10.1.0.0/16' } }]);
});

test('without isolation there is no policy', async () => {
  await create({ networkIsolation: false, podIdentity: true, submitters: { users: ['ada'], apiServerCidrs: ['10.0.0.0/16'] } });
  expect(engine.all(POLICY)).toEqual([]);
});
