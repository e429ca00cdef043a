import { writeFileSync } from 'fs';
import { join } from 'path';
import { Analyzer } from '@pulumi/pulumi/provider/experimental/analyzer';
import { generateSchema } from '@pulumi/pulumi/provider/experimental/schema';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

const COMPONENTS = [
  'BundleBucket', 'ComputeEnvironment', 'HeadNodeGroup', 'KarpenterNodePools', 'RayCluster', 'RayJob', 'WorkerNodeGroup', 'WorkloadIdentity', 'WorkspaceBundle',
];

jest.setTimeout(180_000);

/** The schema from which Pulumi makes packages in other languages. Only what the entry imports is read: the whole of `src` takes twice as long. */
function schema(): any {
  const folder = temporaryDirectory();
  const entry = join(REPOSITORY, 'src', 'pulumi', 'index.ts');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(REPOSITORY, 'tsconfig.json'), compilerOptions: { types: [] }, include: [], files: [entry] }));
  const { components, typeDefinitions, dependencies } = new Analyzer(folder, 'geneva-constructs', { main: entry } as any, new Set(COMPONENTS)).analyze();
  return JSON.parse(JSON.stringify(generateSchema('geneva-constructs', '0.0.0', '', components, typeDefinitions, dependencies)));
}

test('every component can be had in other languages, with the inputs and outputs that are committed', () => {
  const found = schema();
  expect(Object.keys(found.resources).sort()).toEqual(COMPONENTS.map((component) => `geneva-constructs:index:${component}`));
  expect(found).toMatchSnapshot();
});
