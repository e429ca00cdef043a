import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { go, sourceOf } from '../go';
import { isMade, keyOf, madeOnce, MadeOnce } from '../made-once';

const CLI = join(__dirname, 'cli');
const KUBERNETES = join(__dirname, 'kubernetes');
const KUBERNETES_PROVIDER = 'github.com/pulumi/pulumi-kubernetes/provider/v4';
const SOURCES = [join(CLI, 'go.mod'), join(CLI, 'go.sum'), ...['go.mod', 'go.sum', 'main.go'].map((name) => join(KUBERNETES, name))];
/** Files that the provider embeds, which its module has beside its own main. */
const EMBEDDED = ['schema.json', 'terraform-mapping.json'];

/** Pulumi's command line, with its engine, and the provider of Kubernetes, of the versions that our packages have. */
export interface PulumiEngine {
  /** Folder with `bin`, in which both are. */
  readonly root: string;
}

/**
 * Pulumi's programs, made on first use: 33 minutes of CPU, and some gigabytes of Go's caches.
 *
 * @param onMake called before they are made
 */
export async function pulumiEngine(onMake: (why: string) => void): Promise<PulumiEngine> {
  return { root: await madeOnce(programs(), onMake) };
}

/** Whether Pulumi's programs are made already. */
export function isPulumiEngineMade(): boolean {
  return isMade(programs());
}

function programs(): MadeOnce {
  const versions = { cli: versionOf('@pulumi/pulumi'), kubernetes: versionOf('@pulumi/kubernetes') };
  const key = keyOf([versions.cli, versions.kubernetes, flags('VARIABLE', 'VERSION').join(' '), ...SOURCES.map((path) => readFileSync(path))]);
  return {
    name: 'pulumi',
    what: 'the engine of Pulumi',
    key,
    fill: async (folder) => {
      const bin = join(folder, 'bin');
      mkdirSync(bin, { recursive: true });
      await makeCli(bin, versions.cli);
      await makeKubernetesProvider(bin, versions.kubernetes);
    },
  };
}

async function makeCli(bin: string, version: string): Promise<void> {
  const program = ['-o', join(bin, 'pulumi'), 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'];
  await go(CLI, [...flags('github.com/pulumi/pulumi/sdk/v3/go/common/version.Version', `v${version}`), ...program]);
}

/** The provider calls itself what the package asks for. */
async function makeKubernetesProvider(bin: string, version: string): Promise<void> {
  const source = join(await sourceOf(KUBERNETES, KUBERNETES_PROVIDER), 'cmd', 'pulumi-resource-kubernetes');
  const overlay = join(bin, 'overlay.json'); // Go embeds nothing from outside of a module
  writeFileSync(overlay, JSON.stringify({ Replace: Object.fromEntries(EMBEDDED.map((name) => [join(KUBERNETES, name), join(source, name)])) }));
  await go(KUBERNETES, [...flags(`${KUBERNETES_PROVIDER}/pkg/version.Version`, version), '-overlay', overlay, '-o', join(bin, 'pulumi-resource-kubernetes'), '.']);
  rmSync(overlay);
}

function flags(variable: string, version: string): string[] {
  return ['build', '-mod=readonly', '-trimpath', `-ldflags=-s -w -X ${variable}=${version}`];
}

/** The version of a package that is installed. */
function versionOf(name: string): string {
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;
}
