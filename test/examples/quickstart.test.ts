import { execFileSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { readPlanFile } from '../../src/bundler/plan-file';
import { readStackDescriptor } from '../../src/descriptor/read';
import { Manifest, only } from '../constructs/synthesized';
import { StrictCrd } from '../crds/strict-crd';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
const QUICKSTART = join(REPOSITORY, 'examples', 'quickstart');

/** Runs the example as its reader would, against the compiled package: compile first. */
function synth(): { readonly output: string; readonly data: string } {
  const output = join(temporaryDirectory(), 'dist');
  const data = '/data'; // the same on every machine, as the manifests are
  const cli = join(REPOSITORY, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  execFileSync(process.execPath, [cli, 'synth', '--check-upgrade=false', '--output', output], {
    cwd: QUICKSTART,
    env: { ...process.env, QUICKSTART_DATA: data },
    stdio: 'pipe',
  });
  return { output, data };
}

describe('cdk8s synth of the quickstart', () => {
  const { output, data } = synth();
  const text = readFileSync(join(output, 'quickstart.k8s.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const descriptor = readStackDescriptor(only(objects, 'ConfigMap').data['stack.json'] as string, 'ConfigMap');

  test('gives objects that hold no field which the CRDs lack', () => {
    expect(StrictCrd.RAY_CLUSTER.problems(only(objects, 'RayCluster'))).toEqual([]);
    expect(StrictCrd.NODE_POOL.problems(only(objects, 'NodePool'))).toEqual([]);
    expect(StrictCrd.RAY_CLUSTER.podTemplateProblems(only(objects, 'Deployment').spec.template)).toEqual([]);
  });

  test('describes the two jobs on the tables of the example', () => {
    expect(descriptor.jobs).toMatchObject([
      { name: 'word-count', kind: 'backfill', table: join(data, 'docs.lance'), column: 'words', udf: 'features.text:word_count' },
      { name: 'long-docs', kind: 'materialized-view', source: join(data, 'docs.lance'), destination: join(data, 'long-docs.lance'), where: 'words > 20' },
    ]);
  });

  test('names a bundle whose plan is found beside the manifests', () => {
    const plan = readPlanFile(output, descriptor.bundle!.digest);
    expect(plan.roots.map((root) => root.path)).toEqual([join(QUICKSTART, 'workspace')]);
    expect(descriptor.bundle!.store).toBe(`file://${data}/store/`);
  });

  test('leaves nothing for kubectl apply but the manifests', () => {
    expect(readdirSync(output).filter((name) => /\.(json|ya?ml)$/.test(name))).toEqual(['quickstart.k8s.yaml']);
  });

  test('gives these manifests', () => {
    expect(text).toMatchSnapshot();
  });

  test('gives the same text again', () => {
    expect(readFileSync(join(synth().output, 'quickstart.k8s.yaml'), 'utf8')).toBe(text);
  });
});
