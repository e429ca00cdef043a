/**
 * Makes `lib/cli/main.js` one file, so that its dependencies ship inside it and jsii sees none of them.
 *
 * Run after the compile. What is bundled goes from `lib/`: nobody may import it.
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { buildSync, Metafile } from 'esbuild';

const root = join(__dirname, '..');
const output = join(root, 'lib', 'cli', 'main.js');

rmSync(join(root, 'lib', 'cli'), { recursive: true, force: true });
rmSync(join(root, 'lib', 'submitter'), { recursive: true, force: true });
const { metafile } = buildSync({
  entryPoints: { 'main': join(root, 'src', 'cli', 'main.ts'), 'worker-main': join(root, 'src', 'bundler', 'worker-main.ts') },
  bundle: true,
  platform: 'node',
  target: 'node20',
  outdir: dirname(output),
  external: [
    'bufferutil', 'utf-8-validate', // native speed-ups of ws that it can do without
    '@aws-sdk/*', '@google-cloud/*', '@azure/*', // the user's own, loaded only when such a store is used
  ],
  legalComments: 'none',
  metafile: true,
  absWorkingDir: root,
});
chmodSync(output, 0o755);
writeFileSync(join(dirname(output), 'THIRD-PARTY-LICENSES.txt'), licenses(metafile));

function licenses(meta: Metafile): string {
  const folders = new Set(Object.keys(meta.inputs).flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string; version: string };
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) { throw new Error(`${name} ${version} ships no licence file`); }
    return `${name} ${version}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}
