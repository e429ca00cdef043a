import { readdirSync, rmSync, utimesSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { STACK } from './sample';
import { BundleError } from '../../src/bundler/bundle-error';
import { planBundle } from '../../src/bundler/plan';
import { writePlanFile } from '../../src/bundler/plan-file';
import { publishDryRun, publishStack } from '../../src/submitter/publish-stack';
import { temporaryDirectory, tree } from '../temporary-directory';

beforeAll(() => { process.env.XDG_CACHE_HOME = temporaryDirectory(); });

test('missing is what was missing at the start, for each of two publishers at once', async () => {
  const directory = temporaryDirectory();
  const plan = planBundle({ roots: [{ kind: 'workspace', path: tree({ 'a.py': 'x = 1\n' }) }] });
  writePlanFile(directory, plan);
  const bundle = { digest: plan.digest, store: `file://${join(directory, 'store')}/` };
  const stack = { descriptor: { ...STACK, bundle }, directory };

  expect((await publishDryRun(stack, bundle)).shards).toEqual({ total: 1, missing: 1, published: 0 });
  const both = await Promise.all([publishStack(stack, bundle), publishStack(stack, bundle)]);
  expect(both.map(({ report }) => report.shards.missing)).toEqual([1, 1]);
  expect(both.map(({ report }) => report.shards.published).sort()).toEqual([0, 1]);
  expect((await publishStack(stack, bundle)).report.shards).toEqual({ total: 1, missing: 0, published: 0 });
});

describe('a workspace that is not what was synthesized', () => {
  const FILES = { 'a.py': 'x = 1\n', 'b.py': 'x = 2\n' };

  function synthesized() {
    const directory = temporaryDirectory();
    const path = tree(FILES);
    const plan = planBundle({ roots: [{ kind: 'workspace', path }] });
    utimesSync(writePlanFile(directory, plan), new Date(), new Date(Date.now() + 10)); // a clock of the file system may be behind by a tick
    const bundle = { digest: plan.digest, store: `file://${join(directory, 'store')}/` };
    return { path, publish: () => publishDryRun({ descriptor: { ...STACK, bundle }, directory }, bundle) };
  }

  test('names the files that came or changed', async () => {
    const { path, publish } = synthesized();
    await sleep(20);
    tree({ 'b.py': 'x = 3\n', 'dist/features.k8s.yaml': '' }, path);
    const named = [join(path, 'b.py'), join(path, 'dist', 'features.k8s.yaml')].sort();
    const { message } = await publish().then(() => new Error('published'), (error: BundleError) => error);
    expect(/since synth \((.*)\): it is bundle [0-9a-f]{12} now/.exec(message)![1].split(', ').sort()).toEqual(named);
  });

  test('names five of many', async () => {
    const { path, publish } = synthesized();
    await sleep(20);
    tree(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`c${i}.py`, ''])), path);
    await expect(publish()).rejects.toMatchObject({ code: 'WORKSPACE_CHANGED', message: expect.stringContaining(' and 3 more): it is bundle ') });
  });

  test('says so when files are gone, which no longer have a name', async () => {
    const { path, publish } = synthesized();
    rmSync(join(path, 'b.py'));
    await expect(publish()).rejects.toMatchObject({ code: 'WORKSPACE_CHANGED', message: expect.stringContaining('since synth (files were removed): ') });
  });
});

describe('where the files of the workspace are not', () => {
  /** A stack whose workspace somebody published from another place, and what is left of it here. */
  async function elsewhere(gone: 'plan' | 'root') {
    const directory = temporaryDirectory();
    const path = tree({ 'a.py': 'x = 1\n' });
    const plan = planBundle({ roots: [{ kind: 'workspace', path }] });
    const file = writePlanFile(directory, plan);
    const bundle = { digest: plan.digest, store: `file://${join(directory, 'store')}/` };
    const stack = { descriptor: { ...STACK, bundle }, directory };
    const { published } = await publishStack(stack, bundle);
    rmSync(gone === 'plan' ? file : path, { recursive: true });
    return { bundle, stack, published, shards: join(directory, 'store', 'shards') };
  }

  test.each(['plan', 'root'] as const)('a bundle that the store has goes on without its %s', async (gone) => {
    const { bundle, stack, published } = await elsewhere(gone);
    const again = await publishStack(stack, bundle);
    expect(again.published).toEqual({ ...published, missingShards: 0, publishedShards: 0, shippedBytes: 0 });
    expect(again.report).toMatchObject({ manifest: bundle.digest, layout: 'shards', shards: { total: 1, missing: 0, published: 0 }, bytes: { total: 6, shipped: 0 } });
    expect(again.runtimeUrl).toMatch(/runtime\/.*\.zip$/);
    expect(await publishDryRun(stack, bundle)).toEqual(again.report);
  });

  test.each([['plan', 'PLAN_MISSING'], ['root', 'ROOT_MISSING']] as const)('a bundle that the store lacks a part of needs its %s', async (gone, code) => {
    const { bundle, stack, shards } = await elsewhere(gone);
    readdirSync(shards).forEach((name) => rmSync(join(shards, name)));
    await expect(publishStack(stack, bundle)).rejects.toMatchObject({ code, message: expect.stringContaining(`${bundle.store} does not have the whole bundle either`) });
    await expect(publishDryRun(stack, bundle)).rejects.toMatchObject({ code });
  });
});
