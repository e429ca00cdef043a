/**
 * A program whose environment can't be meant, in a process of its own: Pulumi tells of it by a rejection that nobody handles, and ends the program.
 *
 * Prints what was registered before, and what was told.
 */
import * as pulumi from '@pulumi/pulumi';
import { ComputeEnvironment } from '../../src/pulumi';

const registered: string[] = [];
const told = new Set<unknown>();
process.on('unhandledRejection', (error) => told.add(error));
process.on('exit', () => console.log(JSON.stringify({ registered, told: [...told].map((error) => (error as Error).message), stacks: [...told].map((error) => (error as Error).stack) })));

const mocks: pulumi.runtime.Mocks = {
  newResource: ({ type, name, inputs }) => {
    registered.push(`${type} ${name}`);
    return { id: `${name}-id`, state: inputs };
  },
  call: ({ inputs }) => ({ ...inputs, arn: 'arn:aws:eks:eu-west-1:123456789012:cluster/prod', identities: [], partition: 'aws' }),
};

void pulumi.runtime.setMocks(mocks, 'project', 'stack', process.argv[2] === 'preview').then(() => new ComputeEnvironment('features', {
  image: pulumi.output('ghcr.io/acme/features:1'),
  rayVersion: pulumi.output('2.51.0'), // too old for tokens
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 10 }],
  eksClusterName: 'prod',
  oidcProviderArn: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE',
  subnetIds: ['subnet-a'],
  headNodeGroup: { minSize: pulumi.output(0) },
  workspaceRoots: [{ path: `${__dirname}/../../examples/quickstart/workspace` }],
  backfills: [{ name: 'words', table: 's3://acme/docs.lance', column: 'words', udf: 'features.text:word_count' }],
}));
