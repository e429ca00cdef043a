/** One bundle in a process of its own, for its time and its peak memory: `bundle-once.ts KIND PATH CACHE STORE`. */
import { performance } from 'perf_hooks';
import { planBundle, RootKind } from '../lib/bundler/plan';
import { publish } from '../lib/bundler/publish';
import { LocalStore } from '../lib/bundler/stores/local';

async function main([kind, path, cache, store]: string[]): Promise<void> {
  const startedAt = performance.now();
  const plan = planBundle({ roots: [{ kind: kind as RootKind, path }], cacheDirectory: cache });
  const plannedAt = performance.now();
  const { shippedBytes, bytes } = await publish(plan, new LocalStore(store), { tool: 'bench' });
  process.stdout.write(JSON.stringify({
    planSeconds: (plannedAt - startedAt) / 1000,
    seconds: (performance.now() - startedAt) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    shippedBytes,
    bytes,
  }));
}

void main(process.argv.slice(2));
