import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import { EXAMPLES, EXAMPLES_FOLDER, synthExample } from './synthesized-example';
import { readPlanFile } from '../../src/bundler/plan-file';
import { readStackDescriptor } from '../../src/descriptor/read';
import { JobDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, StackDescriptor } from '../../src/descriptor/stack-descriptor';
import { Manifest } from '../constructs/synthesized';
import { CORE_KINDS, withoutUnknownFields } from '../crds/strict-core';
import { StrictCrd } from '../crds/strict-crd';

/** Each example is a process of its own. */
jest.setTimeout(60_000);

const DEFINED: Record<string, StrictCrd> = {
  EC2NodeClass: StrictCrd.EC2_NODE_CLASS,
  LocalQueue: StrictCrd.LOCAL_QUEUE,
  NodePool: StrictCrd.NODE_POOL,
  PodMonitor: StrictCrd.POD_MONITOR,
  PrometheusRule: StrictCrd.PROMETHEUS_RULE,
  RayCluster: StrictCrd.RAY_CLUSTER,
  RayJob: StrictCrd.RAY_JOB,
};

/** What marks a folder as one that some test runs: cdk8s here, Python in `python-twin.python.ts`, Pulumi in its own tests. */
const PROGRAMS = ['main.ts', 'main.py', 'Pulumi.yaml'];

const folders = readdirSync(EXAMPLES_FOLDER).filter((name) => !name.startsWith('.') && statSync(join(EXAMPLES_FOLDER, name)).isDirectory());

describe.each(folders)('examples/%s', (name) => {
  test('has a program that a test knows, and a README of a screenful', () => {
    const files = readdirSync(join(EXAMPLES_FOLDER, name));
    expect(files.filter((file) => PROGRAMS.includes(file))).not.toEqual([]);
    expect(readFileSync(join(EXAMPLES_FOLDER, name, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(60);
  });
});

describe.each(EXAMPLES)('cdk8s synth of %s', (name) => {
  const { directory, objects, remarks } = synthExample(name);
  const stacks = objects
    .filter(({ metadata }) => metadata.labels?.[STACK_DESCRIPTOR_LABEL])
    .map(({ data, metadata }) => readStackDescriptor(data[STACK_DESCRIPTOR_KEY] as string, metadata.name));

  test('has nothing to remark', () => {
    expect(remarks).toBe('');
  });

  test('gives objects without a field that Kubernetes or a CRD lacks', () => {
    expect(objects.flatMap(problems)).toEqual([]);
  });

  test('gives jobs whose functions are in the workspace that ships', () => {
    expect(stacks.flatMap((stack) => functionsOf(stack).filter((udf) => !isDefined(udf, directory, stack)))).toEqual([]);
    expect(stacks.flatMap(functionsOf)).not.toEqual([]);
  });
});

test('each example is in the list of examples/README.md', () => {
  const readme = readFileSync(join(EXAMPLES_FOLDER, 'README.md'), 'utf8');
  expect(folders.filter((name) => !readme.includes(`(${name})`))).toEqual([]);
});

function problems(object: Manifest): string[] {
  const name = `${object.kind} ${object.metadata.name}`;
  const definition = DEFINED[object.kind];
  if (definition) { return definition.problems(object).map((problem) => `${name}: ${problem}`); }
  if (!CORE_KINDS.includes(object.kind)) { return [`${name}: no test knows the kind`]; }
  return isDeepStrictEqual(withoutUnknownFields(object), object) ? [] : [`${name}: fields that are not known`];
}

function functionsOf({ jobs }: StackDescriptor): string[] {
  return jobs.flatMap((job: JobDescriptor) => job.kind === 'backfill' ? [job.udf] : (job.columns ?? []).map(({ udf }) => udf));
}

function isDefined(udf: string, directory: string, { bundle }: StackDescriptor): boolean {
  const [module, name] = udf.split(':');
  const roots = readPlanFile(directory, bundle!.digest).roots.map(({ path }) => path);
  const file = roots.map((root) => join(root, `${module.replace(/\./g, '/')}.py`)).find(existsSync);
  return file !== undefined && new RegExp(`^(def|class|async def) ${name}\\b`, 'm').test(readFileSync(file, 'utf8'));
}
