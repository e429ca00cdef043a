/**
 * Pulumi's engine, which `npm run test:engine` makes on first use, too.
 *
 *   ts-node tools/pulumi-engine/main.ts             makes it, and says where it is
 *   ts-node tools/pulumi-engine/main.ts --is-made   fails when it isn't made yet
 */
import { parseArgs } from 'util';
import { isPulumiEngineMade, pulumiEngine } from './engine';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'is-made': { type: 'boolean', default: false } } });
  if (values['is-made']) {
    process.exitCode = isPulumiEngineMade() ? 0 : 1;
    return;
  }
  const { root } = await pulumiEngine((why) => process.stderr.write(`${why}\n`));
  process.stdout.write(`${root}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
