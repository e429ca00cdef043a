import { spawnSync } from 'child_process';
import { mkdtempSync } from 'fs';
import { join } from 'path';
import { benchHead } from './bench-head';
import { Comparison, seconds } from './figure';
import { LocalStack } from '../test/submitter/local-stack';

const RUNS = 5;

/** Submitting, as a whole process, against Ray's own command line on the same head. */
export async function submitComparisons(): Promise<{ comparisons: Comparison[]; done: () => Promise<unknown> }> {
  const { state, environment, head, down } = await benchHead();
  const folder = mkdtempSync(join(state, 'stack-'));
  const workspace = join(__dirname, '..', 'examples', 'quickstart', 'workspace');
  // The table is not there: what is timed is the way to Ray, and the jobs should not keep the machine busy for long.
  const stack = new LocalStack(folder, workspace, [{ name: 'job', kind: 'backfill', table: join(folder, 'none.lance'), column: 'x', udf: 'features.text:word_count' }], state);
  const env = { ...process.env, RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN_PATH: head.tokenPath, RAY_USAGE_STATS_ENABLED: '0' };
  return {
    done: down,
    comparisons: [{
      bench: 'submit.detach',
      peer: 'ray job submit --no-wait',
      goal: 0.5,
      runs: RUNS,
      note: 'whole process, bundle published before',
      ours: () => seconds(() => check(stack.run('submit', 'job', '--stack', '.', '--detach', '--rerun').code)),
      theirs: () => seconds(() => check(spawnSync(join(environment.bin, 'ray'), ['job', 'submit', '--address', head.address, '--no-wait', '--', 'true'], { env, stdio: 'ignore' }).status)),
    }, {
      bench: 'submit.help',
      peer: 'node -e 0',
      runs: 9,
      note: 'whole process; the goal is at most 150 ms more',
      ours: () => seconds(() => check(stack.run('--help').code)),
      theirs: () => seconds(() => check(spawnSync(process.execPath, ['-e', '0']).status)),
    }],
  };
}

function check(code: number | null): void {
  if (code !== 0) { throw new Error(`a timed command ended with code ${code}`); }
}
