/**
 * `npm run bench [-- NAME]`: one JSON line a figure on stdout, prose on stderr. NAME is the start of a figure's name.
 */
import { spawnSync } from 'child_process';
import { join } from 'path';
import { bootstrapComparisons } from './bootstrap';
import { bundleComparisons, bundleFigures } from './bundle';
import { compare, Comparison } from './figure';
import { submitComparisons } from './submit';
import { submitFollow } from './submit-follow';
import { submitKills } from './submit-kills';
import { synthComparisons, synthFigures } from './synth';

const wanted = process.argv[2] ?? '';

/** Whether a part has figures that were asked for. */
function isWanted(part: string): boolean {
  return part.startsWith(wanted) || wanted.startsWith(part);
}

async function print(comparisons: Comparison[]): Promise<void> {
  for (const comparison of comparisons.filter(({ bench }) => bench.startsWith(wanted))) {
    process.stdout.write(`${JSON.stringify(await compare(comparison))}\n`);
  }
}

async function main(): Promise<void> {
  if (isWanted('bundle.')) {
    await print(await bundleComparisons());
    if (['bundle.edit', 'bundle.clone', 'bundle.memory'].some(isWanted)) {
      (await bundleFigures()).filter(({ bench }) => bench.startsWith(wanted)).forEach((figure) => process.stdout.write(`${JSON.stringify(figure)}\n`));
    }
  }
  if (isWanted('synth.')) {
    await print(synthComparisons());
    if (['synth.growth', 'synth.memory'].some(isWanted)) {
      synthFigures().filter(({ bench }) => bench.startsWith(wanted)).forEach((figure) => process.stdout.write(`${JSON.stringify(figure)}\n`));
    }
  }
  if (isWanted('bootstrap.')) { await print(await bootstrapComparisons()); }
  if (isWanted('submit.')) {
    const { comparisons, done } = await submitComparisons();
    await print(comparisons).finally(done);
    if (isWanted('submit.follow')) { process.stdout.write(`${JSON.stringify(await submitFollow())}\n`); }
    if (isWanted('submit.kills')) { process.stdout.write(`${JSON.stringify(await submitKills())}\n`); }
  }
  if (isWanted('backfill.')) {
    const script = ['--transpile-only', '--project', 'test/tsconfig.json', 'tools/runtime.ts', 'python', 'runtime/bench/backfill.py'];
    const { status } = spawnSync('npx', ['ts-node', ...script], { cwd: join(__dirname, '..'), stdio: 'inherit' });
    if (status !== 0) { process.exitCode = 1; }
  }
}

void main();
