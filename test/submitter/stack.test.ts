import { join } from 'path';
import { stringify } from 'yaml';
import { STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL } from '../../src/descriptor/stack-descriptor';
import { findJob, loadStack } from '../../src/submitter/stack';
import { temporaryDirectory, tree } from '../temporary-directory';
import { STACK } from './sample';

const configMap = (data: unknown) => stringify({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 's', labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } }, data: { [STACK_DESCRIPTOR_KEY]: typeof data === 'string' ? data : JSON.stringify(data) },
});
const NAMESPACE = stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'features' } });

test('the descriptor is found among other manifests, in a folder and in a file', () => {
  const folder = tree({ 'a.k8s.yaml': NAMESPACE, 'b.k8s.yaml': `${NAMESPACE}---\n${configMap(STACK)}`, 'notes.txt': 'x' });
  expect(loadStack(folder)).toEqual({ descriptor: STACK, directory: folder });
  expect(loadStack(join(folder, 'b.k8s.yaml')).descriptor).toEqual(STACK);
});

test('a descriptor as such is a stack, too, as `pulumi stack output` writes it', () => {
  const folder = tree({ 'stack.json': JSON.stringify(STACK, null, 2), 'package.json': '{}' });
  expect(loadStack(join(folder, 'stack.json'))).toEqual({ descriptor: STACK, directory: folder });
  expect(loadStack(folder)).toEqual({ descriptor: STACK, directory: folder });
});

test.each<[string, () => string, string]>([
  ['a folder that is not there', () => join(temporaryDirectory(), 'dist'), 'no such file or directory, expected synthesized manifests'],
  ['a folder without a descriptor', () => tree({ 'a.yaml': NAMESPACE }), 'no stack descriptor in 1 manifest file'],
  ['two descriptors', () => tree({ 'a.yaml': configMap(STACK), 'b.yaml': configMap(STACK) }), 'got 2 stack descriptors, expected one: features ('],
  ['a descriptor that is not JSON', () => tree({ 'a.yaml': configMap('{') }), 'a.yaml (stack.json): not JSON'],
  ['a newer descriptor', () => tree({ 'a.yaml': configMap({ ...STACK, schema: 'stack-descriptor/v2' }) }), 'got format "stack-descriptor/v2", this release reads stack-descriptor/v1'],
  ['a newer descriptor as such', () => tree({ 'a.json': JSON.stringify({ ...STACK, schema: 'stack-descriptor/v2' }) }), 'got format "stack-descriptor/v2"'],
  ['a descriptor with a wrong value', () => tree({ 'a.yaml': configMap({ ...STACK, environment: 'Features' }) }), '/environment must match pattern'],
  ['a descriptor with an unknown field', () => tree({ 'a.yaml': configMap({ ...STACK, extra: 1 }) }), '/ must NOT have additional properties ("extra")'],
  ['YAML that does not parse', () => tree({ 'a.yaml': `${STACK_DESCRIPTOR_LABEL}: [` }), 'a.yaml: '],
])('%s is a usage error', (_, path, message) => {
  const load = () => loadStack(path());
  expect(load).toThrow(message);
  expect(load).toThrow(expect.objectContaining({ exitCode: 2 }));
});

describe('a stack of two environments', () => {
  const IMAGES = { ...STACK, environment: 'images' };
  const told = (path: string) => {
    try {
      return loadStack(path).descriptor.environment;
    } catch (error) {
      const { code, message, fix } = error as { code: string; message: string; fix: string };
      return { code, message, fix };
    }
  };

  test.each<[string, Record<string, string>]>([
    ['in two files', { 'a.yaml': configMap(STACK), 'b.yaml': configMap(IMAGES) }],
    ['in one', { 'a.yaml': `${configMap(STACK)}---\n${configMap(IMAGES)}` }],
  ])('%s: which one is asked, in words that can be typed', (_, files) => {
    const folder = tree(files);
    const file = (name: string) => join(folder, name in files ? name : 'a.yaml');
    expect(told(folder)).toEqual({
      code: 'STACK_AMBIGUOUS',
      message: `${folder}: got 2 stack descriptors, expected one: features (${file('a.yaml')}), images (${file('b.yaml')})`,
      fix: `one of --stack ${folder}#features, --stack ${folder}#images`,
    });
    expect([told(`${folder}#features`), told(`${folder}#images`)]).toEqual(['features', 'images']);
    expect(told(`${folder}#image`)).toEqual({
      code: 'ENVIRONMENT_UNKNOWN', message: `${folder}: no environment "image", there are features, images`, fix: `did you mean --stack ${folder}#images?`,
    });
  });

  test('of the same name: the files are told', () => {
    const folder = tree({ 'a.yaml': configMap(STACK), 'b.yaml': configMap(STACK) });
    expect(told(folder)).toMatchObject({ fix: `one of --stack ${join(folder, 'a.yaml')}, --stack ${join(folder, 'b.yaml')}` });
  });

  test('a path with a # of its own is a path', () => {
    const folder = tree({ 'a.yaml': configMap(STACK) }, join(temporaryDirectory(), 'dist#images'));
    expect(told(folder)).toBe('features');
  });
});

test('a job is found by its name, and a typo is told from an unknown one', () => {
  expect(findJob(STACK, 'long-docs').kind).toBe('materialized-view');
  expect(() => findJob(STACK, 'word-cuont')).toThrow(expect.objectContaining({ message: 'features: no job "word-cuont", there are word-count, long-docs', fix: 'did you mean word-count?' }));
  expect(() => findJob(STACK, 'embeddings')).toThrow(expect.objectContaining({ code: 'JOB_UNKNOWN', exitCode: 2 }));
});
