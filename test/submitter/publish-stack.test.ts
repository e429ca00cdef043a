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
