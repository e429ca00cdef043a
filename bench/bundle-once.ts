import { execFileSync } from 'child_process';
import { join } from 'path';
import { RootKind } from '../src/bundler/root-source';

/** A bundle made in a process of its own. */
export interface Once {
  readonly planSeconds: number;
  readonly seconds: number;
  /** Of the whole process. */
  readonly peakBytes: number;
  readonly shippedBytes: number;
  readonly bytes: number;
}

/** What ships, not its source: compiling while it runs would cost time and memory, in each of its threads. */
const PROGRAM = `
const { planBundle } = require('./lib/bundler/plan');
const { publish } = require('./lib/bundler/publish');
const { LocalStore } = require('./lib/bundler/stores/local');
const [kind, path, cacheDirectory, store] = process.argv.slice(1);
const startedAt = performance.now();
const plan = planBundle({ roots: [{ kind, path }], cacheDirectory });
const planSeconds = (performance.now() - startedAt) / 1000;
publish(plan, new LocalStore(store), { tool: 'bench' }).then(({ shippedBytes, bytes }) => {
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(JSON.stringify({ planSeconds, seconds, peakBytes: process.resourceUsage().maxRSS * 1024, shippedBytes, bytes }));
});
`;

/** Plans and publishes a root. */
export function bundleOnce(kind: RootKind, path: string, cache: string, store: string): Once {
  const output = execFileSync(process.execPath, ['-e', PROGRAM, kind, path, cache, store], { cwd: join(__dirname, '..'), encoding: 'utf8' });
  return JSON.parse(output) as Once;
}
