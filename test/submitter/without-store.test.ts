import { realpathSync, writeFileSync } from 'fs';
import { join } from 'path';
import { planBundle } from '../../src/bundler/plan';
import { writePlanFile } from '../../src/bundler/plan-file';
import { bundleCommand } from '../../src/cli/commands/bundle';
import { Io } from '../../src/cli/io';
import { bundleRoots } from '../../src/submitter/bundle-roots';
import { knownBundle } from '../../src/submitter/plan/known-bundle';
import { Target } from '../../src/submitter/target';
import { temporaryDirectory, tree } from '../temporary-directory';
import { STACK } from './sample';

const STORE = 's3://lake/bundles/';
const NOTE = `the store was not asked: ${STORE}shards/: no AWS region is set; to have it asked: set AWS_REGION, or region in the AWS profile`;

const environment = process.env;
beforeEach(() => {
  process.env = { ...environment, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
});
afterEach(() => {
  process.env = environment;
  jest.restoreAllMocks();
});

const workspace = () => tree({ 'a.py': 'x = 1\n' });
const request = (publish: boolean) => ({ roots: [{ kind: 'workspace' as const, path: workspace() }], stack: 'dist', store: STORE, publish, layout: 'shards' as const });

test('what would ship is told without the store, and why the store was not asked', async () => {
  const { report } = await bundleRoots(request(false));
  expect(report).toMatchObject({ shards: { total: 1, missing: 1, published: 0 }, notes: [NOTE] });
});

test('bundle prints what is here, and the note, and ends with 0', async () => {
  let printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => { printed += String(text); return true; });
  const options = { root: [workspace()], exclude: [], arch: 'x86_64', stack: 'dist', store: STORE, layout: 'shards', output: 'text' } as const;
  expect(await bundleCommand(new Io('text', false), { ...options, root: [...options.root], exclude: [] })).toBe(0);
  expect(printed).toMatch(/^bundle [0-9a-f]{12}: 1 shard\n {2}workspace: 1 file, 6 B, 1 shard\nnote: /);
  expect(printed.trimEnd().split('\n').pop()).toBe(`note: ${NOTE}`);
});

test('a publish does not do without', async () => {
  await expect(bundleRoots(request(true))).rejects.toMatchObject({ code: 'STORE_REFUSED', message: `${STORE}shards/: no AWS region is set` });
});

describe('a plan', () => {
  function synthesized() {
    const root = workspace();
    const directory = temporaryDirectory();
    const plan = planBundle({ roots: [{ kind: 'workspace', path: root }] });
    writePlanFile(directory, plan);
    const bundle = { digest: plan.digest, store: STORE };
    return { root, bundle, stack: { descriptor: { ...STACK, bundle }, directory } };
  }

  test('on this machine needs the files only', async () => {
    const { root, bundle, stack } = synthesized();
    expect(await knownBundle(stack, bundle, undefined)).toEqual({ state: { directories: [realpathSync(root)] }, note: NOTE });
  });

  test('on a cluster needs the store', async () => {
    const { bundle, stack } = synthesized();
    await expect(knownBundle(stack, bundle, {} as Target)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  test('of files that changed since synth is refused as before', async () => {
    const { root, bundle, stack } = synthesized();
    writeFileSync(join(root, 'a.py'), 'x = 12\n');
    await expect(knownBundle(stack, bundle, undefined)).rejects.toMatchObject({ code: 'WORKSPACE_CHANGED' });
  });
});
