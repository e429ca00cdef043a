import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse, parseAllDocuments } from 'yaml';
import { textOf } from './pages';
import { runSnippet } from './run-snippet';
import { Manifest, only } from '../constructs/synthesized';
import { StrictCrd } from '../crds/strict-crd';

const page = textOf('docs/migrating.md');
const before = parse(fence('yaml')) as Manifest;
const objects = synthesized(fence('ts'));
const after = only(objects, 'RayCluster');

test('the hand-written cluster is one that KubeRay has no unknown field in', () => {
  expect(StrictCrd.RAY_CLUSTER.problems(before)).toEqual([]);
});

test('name, namespace and release are those of the hand-written cluster', () => {
  expect(after.metadata.name).toMatch(new RegExp(`^${before.metadata.name}-[0-9a-f]+$`));
  expect(after.metadata.namespace).toBe(before.metadata.namespace);
  expect(after.spec.rayVersion).toBe(before.spec.rayVersion);
  expect(after.spec.enableInTreeAutoscaling).toBe(true);
  expect(after.spec.autoscalerOptions.version).toBe(before.spec.autoscalerOptions.version);
});

test('the head is the same, on nodes with our label', () => {
  const [was, is] = [before, after].map(({ spec }) => spec.headGroupSpec);
  expect(is.rayStartParams).toEqual(was.rayStartParams);
  expect(is.template.spec.serviceAccountName).toBe(was.template.spec.serviceAccountName);
  expect(is.template.spec.nodeSelector).toEqual({ 'geneva.lancedb.com/ray-head': 'true' });
  expect(container(is)).toEqual(container(was));
});

test('the worker groups are the same, with an idle timeout each', () => {
  const { workerGroupSpecs, autoscalerOptions: { idleTimeoutSeconds: idle } } = before.spec;
  expect(after.spec.workerGroupSpecs.map(shapeOf)).toEqual(workerGroupSpecs.map((group: Group) => ({ ...shapeOf(group), idle })));
});

test('neither namespace nor service account is made anew', () => {
  expect(objects.filter(({ kind }) => ['Namespace', 'ServiceAccount'].includes(kind))).toEqual([]);
});

/** A worker group as it is written. */
type Group = Record<string, any>;

function shapeOf(group: Group): object {
  const { groupName, minReplicas, maxReplicas, idleTimeoutSeconds: idle, rayStartParams, template } = group;
  return { groupName, minReplicas, maxReplicas, idle, rayStartParams, tolerations: template.spec.tolerations, ...container(group) };
}

/** Quantities as numbers: `4` and `4000m`, `16Gi` and `16384Mi` are the same. */
function container({ template }: Group): { image: string; requests: object; limits: object } {
  const [{ image, resources }] = template.spec.containers;
  return { image, requests: amounts(resources.requests), limits: amounts(resources.limits) };
}

function amounts(quantities: Record<string, string>): Record<string, number> {
  const units: Record<string, number> = { m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30 };
  return Object.fromEntries(Object.entries(quantities).map(([name, text]) => {
    const [, number, unit] = /^(\d+)(\D*)$/.exec(text)!;
    return [name, Number(number) * (units[unit] ?? 1)];
  }));
}

function fence(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)![1];
}

function synthesized(program: string): Manifest[] {
  const output = runSnippet(program);
  return readdirSync(output).flatMap((file) => parseAllDocuments(readFileSync(join(output, file), 'utf8')).map((document) => document.toJS() as Manifest));
}
