import { readdirSync } from 'fs';
import { join } from 'path';
import { DATA, synthExample } from './synthesized-example';
import { readPlanFile } from '../../src/bundler/plan-file';
import { readStackDescriptor } from '../../src/descriptor/read';
import { only } from '../constructs/synthesized';
import { StrictCrd } from '../crds/strict-crd';

const QUICKSTART = join(__dirname, '..', '..', 'examples', 'quickstart');

describe('cdk8s synth of the quickstart', () => {
  const { directory: output, text, objects } = synthExample('quickstart');
  const descriptor = readStackDescriptor(only(objects, 'ConfigMap').data['stack.json'] as string, 'ConfigMap');

  test('gives objects that hold no field which the CRDs lack', () => {
    expect(StrictCrd.RAY_CLUSTER.problems(only(objects, 'RayCluster'))).toEqual([]);
    expect(StrictCrd.NODE_POOL.problems(only(objects, 'NodePool'))).toEqual([]);
    expect(StrictCrd.RAY_CLUSTER.podTemplateProblems(only(objects, 'Deployment').spec.template)).toEqual([]);
  });

  test('describes the two jobs on the tables of the example', () => {
    expect(descriptor.jobs).toMatchObject([
      { name: 'word-count', kind: 'backfill', table: join(DATA, 'docs.lance'), column: 'words', udf: 'features.text:word_count' },
      { name: 'long-docs', kind: 'materialized-view', source: join(DATA, 'docs.lance'), destination: join(DATA, 'long-docs.lance'), where: 'words > 20' },
    ]);
  });

  test('names a bundle whose plan is found beside the manifests', () => {
    const plan = readPlanFile(output, descriptor.bundle!.digest);
    expect(plan.roots.map((root) => root.path)).toEqual([join(QUICKSTART, 'workspace')]);
    expect(descriptor.bundle!.store).toBe(`file://${DATA}/store/`);
  });

  test('leaves nothing for kubectl apply but the manifests', () => {
    expect(readdirSync(output).filter((name) => /\.(json|ya?ml)$/.test(name))).toEqual(['quickstart.k8s.yaml']);
  });

  test('gives these manifests', () => {
    expect(text).toMatchSnapshot();
  });

  test('gives the same text again', () => {
    expect(synthExample('quickstart').text).toBe(text);
  });
});
