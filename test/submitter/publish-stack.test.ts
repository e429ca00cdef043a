import { readdirSync, rmSync } from 'fs';
import { join } from 'path';
import { STACK } from './sample';
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
