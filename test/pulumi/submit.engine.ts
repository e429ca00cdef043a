import { writeFileSync } from 'fs';
import { join } from 'path';
import { Stack } from '@pulumi/pulumi/automation';
import { MAKE_TIMEOUT, RealPulumi, resources } from './real-pulumi';
import { BackfillArgs, ComputeEnvironment } from '../../src/pulumi';
import { RunReport } from '../../src/submitter/run-report';
import { BUCKET, FeaturesBed, IMAGE, ROWS, SUBMITTER, TABLE, WORKSPACE } from '../cluster/features-bed';
import { hasCondition, until } from '../cluster/kubernetes-client';
import { Place, startCommand } from '../cluster/started-command';
import { Ended } from '../submitter/local-stack';
import { temporaryDirectory, tree } from '../temporary-directory';

const LENGTHS: BackfillArgs = { name: 'lengths', table: TABLE, column: 'length', udf: 'features.text:length', workerGroup: 'cpu', concurrency: 2 };

let bed: FeaturesBed;
let stack: Stack;
let submitter: string;
let place: Place;

beforeAll(async () => {
  const pulumi = await RealPulumi.start();
  bed = new FeaturesBed(await FeaturesBed.makeParts());
  const workspace = tree(WORKSPACE);
  stack = await pulumi.stack('features', async () => program(workspace), { KUBECONFIG: bed.bed.kubeconfig });
  const { outputs } = await stack.up();
  place = { directory: temporaryDirectory(), state: temporaryDirectory() };
  writeFileSync(join(place.directory, 'stack.json'), outputs.descriptor.value as string);
  await bed.admin.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: SUBMITTER }]);
  submitter = await bed.kubeconfigOf(SUBMITTER);
  const ready = async () => (await bed.admin.list('ray.io/v1', 'RayCluster', SUBMITTER.namespace)).some((cluster) => hasCondition(cluster, 'HeadPodReady'));
  await until('the Ray cluster is ready', ready, 300_000);
}, MAKE_TIMEOUT);

afterAll(async () => bed?.stop());

test('the doctor finds all of it, bundle included', async () => {
  const { code, stdout } = await geneva('doctor', '--stack', 'stack.json');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok   bundle: /m)]);
}, 120_000);

test('a job runs on the cluster that Pulumi made, with the code that it published, by the descriptor that it put out', async () => {
  const { stdout } = await geneva('submit', 'lengths', '--stack', 'stack.json', '--output', 'json');
  expect(JSON.parse(stdout) as RunReport).toMatchObject({ status: 'succeeded', rows: ROWS });
  expect(bed.right('length')).toBe(ROWS);
}, 300_000);

test('the descriptor in the cluster knows the run, too', async () => {
  const { stdout } = await geneva('list', '--stack', 'cm://features/features-stack', '--output', 'json');
  expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ job: 'lengths', status: 'succeeded' })]);
}, 120_000);

test('destroy leaves nothing, whatever the autoscaler did meanwhile', async () => {
  await stack.destroy();
  expect(resources(await stack.exportStack())).toEqual([]);
  await until('its pods are gone', async () => (await bed.admin.list('v1', 'Pod', SUBMITTER.namespace)).length === 0, 120_000);
}, 300_000);

async function program(workspace: string) {
  const { descriptor } = new ComputeEnvironment('features', {
    image: IMAGE,
    rayVersion: '2.60.0',
    pythonVersion: '3.11',
    kubeRayVersion: '1.6', // the test bed's
    workerGroups: [{ name: 'cpu', cpu: 1, memoryGiB: 2, maxReplicas: 2, idleTimeoutSeconds: 10 }],
    workspaceRoots: [{ path: workspace }],
    bundleStore: `s3://${BUCKET}/bundles/`,
    backfills: [LENGTHS],
    submitters: { users: [`system:serviceaccount:${SUBMITTER.namespace}:${SUBMITTER.name}`] },
  });
  return { descriptor };
}

async function geneva(...args: string[]): Promise<Ended> {
  return startCommand(place, submitter, args).ended;
}
