import { readFileSync } from 'fs';
import { Provider } from '@pulumi/kubernetes';
import { ComponentResourceOptions, secret } from '@pulumi/pulumi';
import { App, Chart, Size } from 'cdk8s';
import { parse } from 'yaml';
import { MAKE_TIMEOUT, RealPulumi } from './real-pulumi';
import { ComputeEnvironment as Cdk8sEnvironment, HeadNodePool, RayImage } from '../../src';
import { ComputeEnvironment, RayJob } from '../../src/pulumi';
import { filesBelow } from '../files-below';
import { temporaryDirectory } from '../temporary-directory';

jest.setTimeout(120_000);

const IMAGE = 'ghcr.io/acme/features:1';
const RELEASES = { rayVersion: '2.54.0', pythonVersion: '3.12' };
const GROUP = { cpu: 4, maxReplicas: 10 };

let pulumi: RealPulumi;

beforeAll(async () => { pulumi = await RealPulumi.start(); }, MAKE_TIMEOUT);

test('what is rendered are the objects of cdk8s, without an API server; a preview writes none', async () => {
  const folder = temporaryDirectory();
  const stack = await pulumi.stack('environment', async () => {
    new ComputeEnvironment('features', { image: IMAGE, ...RELEASES, workerGroups: [{ name: 'cpu', memoryGiB: 8, ...GROUP }] }, into(folder));
  });
  await stack.preview();
  expect(filesBelow(folder)).toEqual([]);
  await stack.up();
  const chart = new Chart(new App({ outdir: temporaryDirectory() }), 'chart');
  const twin = new Cdk8sEnvironment(chart, 'features', { image: RayImage.fromRegistry(IMAGE, RELEASES), headPool: HeadNodePool.fromLabelledNodes() });
  twin.addWorkerGroup('cpu', { memory: Size.gibibytes(8), ...GROUP });
  expect(byName(filesBelow(folder).map((file) => parse(readFileSync(file, 'utf8'))))).toEqual(byName(chart.toJson()));
});

test('a secret is encrypted in the state, although the object that goes to the API server has it', async () => {
  const folder = temporaryDirectory();
  const stack = await pulumi.stack('secret', async () => {
    const cluster = { namespace: 'ml', image: IMAGE, ...RELEASES, workerGroups: [{ name: 'cpu', memoryGiB: 8, ...GROUP }] };
    new RayJob('train', { ...cluster, command: ['true'], environmentVariables: { TOKEN: secret('s3cr3t') } }, into(folder));
  });
  await stack.up();
  expect(filesBelow(folder).filter((file) => readFileSync(file, 'utf8').includes('s3cr3t'))).toEqual([expect.stringMatching(/rayjob-ml-train-/)]);
  const state = pulumi.stateFiles();
  expect(state.some((text) => text.includes('kubernetes:ray.io/v1:RayJob'))).toBe(true);
  expect(state.filter((text) => text.includes('s3cr3t'))).toEqual([]);
});

/** Options by which objects become files. */
function into(folder: string): ComponentResourceOptions {
  return { providers: [new Provider('files', { renderYamlToDirectory: folder })] };
}

/** Manifests by kind and name, without what says nothing. */
function byName(manifests: any[]): Record<string, any> {
  return Object.fromEntries(manifests.map(({ globalDefault: _default, metadata, ...manifest }) => {
    const { annotations = {}, labels = {}, ...named } = metadata;
    return [`${manifest.kind} ${metadata.name}`, { ...manifest, metadata: { ...named, annotations, labels } }];
  }));
}
