import { readdirSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { MockedEngine, notYetKnown, refusals, valueOf } from './mocked-pulumi';
import { WorkspaceBundle, WorkspaceBundleArgs } from '../../src/pulumi';
import { planRoots } from '../../src/pulumi/bundle-plan';
import { temporaryDirectory, tree } from '../temporary-directory';

const engine = new MockedEngine();
const code = () => tree({ 'features/__init__.py': '', 'features/text.py': 'def f(body: str) -> int:\n    return len(body)\n' });

async function create(args: WorkspaceBundleArgs, how = {}): Promise<WorkspaceBundle> {
  await engine.start(how);
  const bundle = new WorkspaceBundle('code', args);
  await engine.settle();
  return bundle;
}

test('up publishes the bundle and the runtime, and then tells of the digest', async () => {
  const folder = join(temporaryDirectory(), 'store');
  const bundle = await create({ roots: [{ path: code() }], store: `file://${folder}/` });
  const digest = await valueOf(bundle.publishedDigest);
  expect(digest).toBe(await valueOf(bundle.digest));
  expect(readdirSync(folder).sort()).toEqual(['manifests', 'runtime', 'shards']);
  expect(readdirSync(join(folder, 'manifests'))).toEqual([`${digest}.json`]);
});

test('a second up writes nothing', async () => {
  const folder = join(temporaryDirectory(), 'store');
  const args = { roots: [{ path: code() }], store: `file://${folder}/` };
  const manifest = async () => statSync(join(folder, 'manifests', `${await valueOf((await create(args)).publishedDigest)}.json`)).mtimeMs;
  expect(await manifest()).toBe(await manifest());
});

test('a preview hashes and writes nothing', async () => {
  const folder = join(temporaryDirectory(), 'store');
  const bundle = await create({ roots: [{ path: code() }], store: `file://${folder}/` }, { preview: true });
  expect(await valueOf(bundle.digest)).toBe(planRoots('code', [{ path: code() }]).plan.digest);
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

test('the digest is known while the store is not', async () => {
  await engine.start({ preview: true });
  const bundle = new WorkspaceBundle('code', { roots: [{ path: code() }], store: notYetKnown() });
  await engine.settle();
  expect(await (bundle.publishedDigest as any).isKnown).toBe(false);
  expect(await valueOf(bundle.digest)).toMatch(/^[0-9a-f]{64}$/);
});

test('other content is another bundle', () => {
  const root = code();
  const before = planRoots('code', [{ path: root }]).plan.digest;
  writeFileSync(join(root, 'features', 'text.py'), 'def f(body: str) -> int:\n    return len(body.split())\n');
  expect(planRoots('code', [{ path: root }]).plan.digest).not.toBe(before);
});

test('what can not ship is told by input', () => {
  const refused = (...roots: any[]) => refusals(() => planRoots('code', roots));
  expect(refused()).toEqual([{ propertyPath: 'roots', reason: 'got an empty list, expected the directories that ship, at least one' }]);
  expect(refused({ path: '/no/such/place' })).toEqual([{ propertyPath: 'roots', reason: expect.stringContaining('/no/such/place: no such directory. Fix: create it') }]);
  expect(refused({ path: '.', kind: 'src', notebooks: 'keep' }, { path: '.', kind: 'site-packages', architecture: 'mips' }).map(({ propertyPath }) => propertyPath))
    .toEqual(['roots[0].kind', 'roots[0].notebooks', 'roots[1].architecture', 'roots[1].pythonVersion']);
});
