/**
 * Makes `lib/cli/main.js` one file, so that its dependencies ship inside it and jsii sees none of them.
 *
 * Run after the compile. What is bundled goes from `lib/`: nobody may import it.
 */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { build, BuildOptions, Metafile, Plugin } from 'esbuild';

const root = join(__dirname, '..');
const output = join(root, 'lib', 'cli', 'main.js');

/** What reads kubeconfigs, in a file of its own: only a command that talks to Kubernetes loads it. */
const KUBE_CONFIG = '@kubernetes/client-node/dist/config.js';

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  outdir: dirname(output),
  legalComments: 'none',
  metafile: true,
  absWorkingDir: root,
};

const kubeConfigApart: Plugin = {
  name: 'kube-config-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: new RegExp(`^${KUBE_CONFIG.replace(/\./g, '\\.')}$`) }, () => ({ path: './kube-config.js', external: true }));
  },
};

/** Of the library, only kubeconfigs and authentication are used: the generated API is 600 kB, node-fetch 400 kB more for a class that Node.js has. */
const UNUSED: Record<string, string> = {
  './gen/index.js': 'export const createConfiguration = undefined, ServerConfiguration = undefined;',
  'node-fetch': 'export const Headers = globalThis.Headers;',
};

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(\.\/gen\/index\.js|node-fetch)$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({ contents: UNUSED[path] }));
  },
};

async function main(): Promise<void> {
  rmSync(join(root, 'lib', 'cli'), { recursive: true, force: true });
  rmSync(join(root, 'lib', 'submitter'), { recursive: true, force: true });
  const cli = await build({
    ...OPTIONS,
    entryPoints: { 'main': join(root, 'src', 'cli', 'main.ts'), 'worker-main': join(root, 'src', 'bundler', 'worker-main.ts') },
    external: [
      'bufferutil', 'utf-8-validate', // native speed-ups of ws that it can do without
      '@aws-sdk/*', '@google-cloud/*', '@azure/*', // the user's own, loaded only when such a store is used
    ],
    plugins: [kubeConfigApart],
  });
  const kubeConfig = await build({ ...OPTIONS, entryPoints: { 'kube-config': KUBE_CONFIG }, plugins: [withoutUnused] });
  chmodSync(output, 0o755);
  writeFileSync(join(dirname(output), 'THIRD-PARTY-LICENSES.txt'), licenses([cli.metafile!, kubeConfig.metafile!]));
}

function licenses(metafiles: Metafile[]): string {
  const inputs = metafiles.flatMap((meta) => Object.keys(meta.inputs));
  const folders = new Set(inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string; version: string };
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) { throw new Error(`${name} ${version} ships no licence file`); }
    return `${name} ${version}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}

void main();
