import { readdirSync, readFileSync, statSync } from 'fs';
import { basename, join } from 'path';
import { App, Chart, Cron, YamlOutputType } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { environment, Manifest } from './synthesized';
import { BundleRoot, BundleStore, WorkspaceBundle } from '../../src';
import { readPlanFile } from '../../src/bundler/plan-file';
import { loadStack } from '../../src/submitter/stack';
import { temporaryDirectory, tree } from '../temporary-directory';

const WORKSPACE = tree({ 'a.py': 'x = 1\n' }, join(temporaryDirectory(), 'workspace'));

/** An app with everything in it that is a file beside the manifests, or has a syntax of its own. */
function synthesize(yamlOutputType?: YamlOutputType): string {
  const outdir = temporaryDirectory();
  const app = new App({ outdir, yamlOutputType });
  const chart = new Chart(app, 'features');
  const workspace = new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(WORKSPACE)], store: BundleStore.local('/store') });
  const env = environment({ workspace, scheduleSubmitter: { image: 'submitter:1', stackDirectory: '/app/dist' } }, chart);
  env.addBackfill('captions', { table: '/t.lance', column: 'a', udf: 'a:a', schedule: { cron: Cron.daily() } });
  env.addMonitoring();
  new Chart(app, 'other');
  app.synth();
  return outdir;
}

function filesBelow(directory: string): string[] {
  const paths = (readdirSync(directory, { recursive: true }) as string[]).map((name) => join(directory, name));
  return paths.filter((path) => statSync(path).isFile()).sort();
}

/** All objects of a folder as text, by kind and name. */
function objectsOf(directory: string): string[] {
  const documents = filesBelow(directory).filter((path) => path.endsWith('.yaml')).flatMap((path) => parseAllDocuments(readFileSync(path, 'utf8')));
  const objects = documents.map((document) => document.toJS() as Manifest | null).filter((object) => object !== null);
  return objects.map((object) => JSON.stringify(object)).sort();
}

const ONE_FILE_A_CHART = synthesize();

test.each([
  ['one file', YamlOutputType.FILE_PER_APP],
  ['one file a chart', YamlOutputType.FILE_PER_CHART],
  ['one file an object', YamlOutputType.FILE_PER_RESOURCE],
  ['one folder a chart', YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE],
])('%s: the objects are the same, and the submitter finds the stack and the plan of its bundle', (_shape, type) => {
  const directory = synthesize(type);
  expect(objectsOf(directory)).toEqual(objectsOf(ONE_FILE_A_CHART));
  const stack = loadStack(directory);
  expect(stack.descriptor.environment).toBe('features');
  expect(readPlanFile(stack.directory, stack.descriptor.bundle!.digest).roots.map(({ path }) => path)).toEqual([WORKSPACE]);
});

test('what is synthesized twice is the same, byte for byte', () => {
  const again = synthesize();
  expect(filesBelow(again).map((path) => basename(path))).toEqual(filesBelow(ONE_FILE_A_CHART).map((path) => basename(path)));
  expect(filesBelow(again).map((path) => readFileSync(path, 'utf8'))).toEqual(filesBelow(ONE_FILE_A_CHART).map((path) => readFileSync(path, 'utf8')));
});

test('a folder of templates for Helm holds nothing that Helm would take for a template of its own', () => {
  const templates = filesBelow(ONE_FILE_A_CHART).filter((path) => !basename(path).startsWith('_')); // Helm renders all but these
  expect(templates.map((path) => basename(path))).toEqual(['features.k8s.yaml', 'other.k8s.yaml']);
  templates.forEach((path) => expect(readFileSync(path, 'utf8')).not.toMatch(/\{\{/));
});
