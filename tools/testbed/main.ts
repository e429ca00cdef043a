/**
 * A test bed for work by hand.
 *
 *   npm run testbed [-- --nodes fake|process|FILE]   start one, until Ctrl-C
 *   npm run testbed -- status                        those that run
 *   npm run testbed -- stop [ID]                     stop them
 */
import { spawn } from 'child_process';
import { parseArgs } from 'util';
import { anyRayImage } from './any-ray-image';
import { programs } from './programs';
import { bedsDirectory, TestBed } from './test-bed';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { nodes: { type: 'string', default: 'process' } }, allowPositionals: true });
  const [command = 'up', ...rest] = positionals;
  if (command === 'up') {
    await up(values.nodes);
  } else if (command === 'status' || command === 'stop') {
    const { testbed } = await programs((why) => process.stderr.write(`${why}\n`));
    spawn(testbed, [command, '--beds', bedsDirectory(), ...rest], { stdio: 'inherit' }).once('exit', (code) => { process.exitCode = code ?? 1; });
  } else {
    throw new Error(`got ${JSON.stringify(command)}, expected status, stop or nothing`);
  }
}

async function up(nodes: string): Promise<void> {
  const bed = await TestBed.start({ nodes, images: nodes === 'fake' ? {} : { '*': await anyRayImage() } });
  process.stdout.write([
    `test bed ${bed.id}: ${bed.server}`,
    `  export KUBECONFIG=${bed.kubeconfig}`,
    `  logs in ${bed.directory}/logs; Ctrl-C stops it`,
    '',
  ].join('\n'));
  await new Promise((resolve) => { process.once('SIGINT', resolve).once('SIGTERM', resolve); });
  await bed.stop();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
