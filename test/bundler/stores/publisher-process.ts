/** A publisher that a test kills: `publisher-process STORE CACHE ROOT...`. Says `go` when the publish itself begins. */
import { planBundle } from '../../../src/bundler/plan';
import { missingShards, publish } from '../../../src/bundler/publish';
import { openStore } from '../../../src/bundler/stores/open-store';

async function main([url, cacheDirectory, ...paths]: string[]): Promise<void> {
  const plan = planBundle({ roots: paths.map((path) => ({ kind: 'workspace', path })), cacheDirectory });
  const store = openStore(url);
  await missingShards(plan, store); // loads the SDK
  process.stdout.write('go\n');
  await publish(plan, store, { tool: 'killed 1.0.0' });
}

void main(process.argv.slice(2));
