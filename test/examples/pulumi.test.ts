import { readdirSync } from 'fs';
import { join } from 'path';
import { Output, runtime } from '@pulumi/pulumi';
import { readStackDescriptor } from '../../src/descriptor/read';
import { MockedEngine, OIDC_PROVIDER, valueOf } from '../pulumi/mocked-pulumi';
import { temporaryDirectory } from '../temporary-directory';

jest.setTimeout(60_000);

const engine = new MockedEngine();

/** Runs an example as `pulumi up` or a preview would, against the compiled package: compile first. */
async function run(example: string, config: Record<string, unknown>, how = {}): Promise<Record<string, any>> {
  await engine.start(how);
  const texts = Object.entries(config).map(([key, value]) => [`project:${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);
  runtime.setAllConfig(Object.fromEntries(texts));
  const stack = require(join('..', '..', 'examples', example)) as Record<string, Output<unknown>>; // eslint-disable-line @typescript-eslint/no-require-imports
  await engine.settle();
  return stack;
}

const CLUSTER = { clusterName: 'prod', oidcProviderArn: OIDC_PROVIDER, subnetIds: ['subnet-a', 'subnet-b'] };

test('pulumi-eks makes a whole environment of a cluster that is there', async () => {
  const config = { ...CLUSTER, image: 'ghcr.io/acme/features:1', kubeRayChart: '1.7.0', submitterArns: ['arn:aws:iam::123456789012:role/data-scientists'] };
  const stack = await run('pulumi-eks', config, { preview: true });
  const types = new Set(engine.registered.map(({ type }) => type));
  expect([...types]).toEqual(expect.arrayContaining([
    'aws:eks/accessEntry:AccessEntry', 'aws:eks/nodeGroup:NodeGroup', 'aws:iam/role:Role', 'aws:kms/key:Key', 'aws:s3/bucket:Bucket',
    'kubernetes:core/v1:ConfigMap', 'kubernetes:helm.sh/v3:Release', 'kubernetes:ray.io/v1:RayCluster',
  ]));
  expect(await valueOf(stack.bundleDigest)).toMatch(/^[0-9a-f]{64}$/);
  expect(await valueOf(stack.submitCommand)).toBe('geneva-stack submit word-count --target cluster --stack cm://features/features-stack');
});

test('pulumi-compose makes an environment a team, and one for which nothing is made on AWS', async () => {
  const store = join(temporaryDirectory(), 'store');
  const stack = await run('pulumi-compose', { ...CLUSTER, bundleStore: `file://${store}/`, roleArn: 'arn:aws:iam::123456789012:role/research' }, { preview: true });
  expect(await Promise.all((stack.submitCommands as Output<string>[]).map(valueOf))).toEqual(['search/search-stack', 'vision/vision-stack', 'research/own-stack']
    .map((place) => `geneva-stack submit word-count --target cluster --stack cm://${place}`));
  expect(engine.all('aws:s3/bucket:Bucket').map(({ name }) => name).sort()).toEqual(['search', 'vision']);
  expect(engine.registered.filter(({ type, name }) => type.startsWith('aws:') && name.startsWith('own'))).toEqual([]);
  const account = engine.named('kubernetes:core/v1:ServiceAccount', 'own').inputs.metadata;
  expect(account).toMatchObject({ namespace: 'research', annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/research' } });
  expect(readStackDescriptor(engine.named('kubernetes:core/v1:ConfigMap', 'own-stack').inputs.data['stack.json'], 'own').bundle?.store).toBe(`file://${store}/`);
  expect(() => readdirSync(store)).toThrow('ENOENT');
});
