import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { cpSync, createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { promisify } from 'util';
import { cacheDirectory } from '../../src/bundler/cache-directory';
import { withLock } from '../../src/submitter/file-lock';

const run = promisify(execFile);

const ROOT = join(__dirname, '..', '..');
const MODULE = join(ROOT, 'testbed');
/** Definitions of what an environment may use besides KubeRay. */
const OTHER_DEFINITIONS = join(ROOT, 'test', 'crds');
const KARPENTER_MODULE = join(MODULE, 'karpenter');
const KARPENTER = 'sigs.k8s.io/karpenter';
const OPERATOR = 'github.com/ray-project/kuberay/ray-operator';
/** Kubernetes takes its version from the linker. */
const BUILD = ['build', '-mod=readonly', '-trimpath', '-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=v1.35.4'];
const CHECKSUMS = 'checksums.json';

/** The programs of the test bed, and the state that it starts from. */
export interface Programs {
  readonly testbed: string;
  /** An etcd folder that has all definitions. */
  readonly seed: string;
}

/**
 * The programs, made on first use: about seven minutes with two cores, and two gigabytes of Go's caches.
 *
 * They are kept by the hash of what they are made from. A file that is not what was made is made again.
 *
 * @param onMake called before they are made
 */
export async function programs(onMake: (why: string) => void): Promise<Programs> {
  const folder = await made('testbed', 'the test bed', digest(MODULE), make, onMake);
  return { testbed: join(folder, 'testbed'), seed: join(folder, 'seed') };
}

/** Karpenter, whose nodes are faked. */
export interface Karpenter {
  readonly program: string;
  /** Folders of its definitions. */
  readonly definitions: readonly string[];
}

/**
 * Karpenter's kwok provider, made on first use; it has a module of its own, for it wants another Kubernetes.
 *
 * @param onMake called before it is made
 */
export async function karpenter(onMake: (why: string) => void): Promise<Karpenter> {
  const folder = await made('karpenter', 'Karpenter', digest(KARPENTER_MODULE), makeKarpenter, onMake);
  return { program: join(folder, 'karpenter'), definitions: ['api', 'kwok'].map((name) => join(folder, name)) };
}

/** Makes what belongs into an empty folder. */
type Fill = (folder: string) => Promise<void>;

/** The folder of what is made once, and checked at each use. */
async function made(name: string, what: string, key: string, fill: Fill, onMake: (why: string) => void): Promise<string> {
  requireLinux();
  const folder = join(cacheDirectory(), name, key);
  mkdirSync(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    const damaged = existsSync(folder) ? await damagedFile(folder) : undefined;
    if (existsSync(folder) && !damaged) { return; }
    onMake(damaged ? `${damaged} is not what was made; making ${what} again` : `making ${what}, once, from source: some minutes`);
    rmSync(folder, { recursive: true, force: true });
    const making = `${folder}.making`;
    rmSync(making, { recursive: true, force: true });
    await fill(making);
    writeFileSync(join(making, CHECKSUMS), JSON.stringify(await checksums(making), null, 2));
    renameSync(making, folder); // a half-made one never has the name
  });
  return folder;
}

function requireLinux(): void {
  if (process.platform !== 'linux') {
    throw new Error(`the test bed runs on Linux only; this is ${process.platform}.\n  Fix: run it in a Linux machine or virtual machine`);
  }
}

async function make(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await go(MODULE, [...BUILD, '-o', `${folder}/`, './cmd/control-plane', './cmd/container-init', './cmd/testbed', OPERATOR]);
  const definitions = join(folder, 'definitions');
  await copyOut(join(await sourceOf(MODULE, OPERATOR), 'config', 'crd', 'bases'), definitions);
  const seed = ['seed', '--definitions', definitions, '--definitions', OTHER_DEFINITIONS, '--out', join(folder, 'seed')];
  await run(join(folder, 'testbed'), seed);
}

async function makeKarpenter(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await go(KARPENTER_MODULE, ['build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'karpenter'), `${KARPENTER}/kwok`]);
  const source = await sourceOf(KARPENTER_MODULE, KARPENTER);
  await copyOut(join(source, 'pkg', 'apis', 'crds'), join(folder, 'api'));
  await copyOut(join(source, 'kwok', 'apis', 'crds'), join(folder, 'kwok'));
}

/** Where Go keeps the source of a module. */
async function sourceOf(module: string, name: string): Promise<string> {
  return (await go(module, ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', name])).trim();
}

async function copyOut(from: string, to: string): Promise<void> {
  cpSync(from, to, { recursive: true });
  await run('chmod', ['-R', 'u+w', to]); // Go's module cache is read-only
}

async function go(module: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await run('go', args, { cwd: module, env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: 67_108_864 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') {
      throw new Error('no program "go" on the PATH: the test bed is built with Go 1.26 or newer.\n  Fix: install it from https://go.dev/dl/');
    }
    throw new Error(`go ${args[0]} failed in ${relative(ROOT, module)}/:\n${(stderr ?? String(error)).trim().split('\n').slice(-20).join('\n')}`);
  }
}

/** Of all that the programs of a module, and the seed, are made from. */
function digest(module: string): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${BUILD.join(' ')}`);
  const sources = readdirSync(module, { recursive: true, encoding: 'utf8' }).filter((name) => /(^go\.(mod|sum)|\.go)$/.test(name) && !name.endsWith('_test.go'));
  for (const name of sources.sort()) { hash.update(`${name}\0`).update(readFileSync(join(module, name))); }
  for (const name of readdirSync(OTHER_DEFINITIONS).filter((file) => file.endsWith('.yaml')).sort()) { hash.update(readFileSync(join(OTHER_DEFINITIONS, name))); }
  return hash.digest('hex').slice(0, 16);
}

/** The first file that is missing or not what was made. */
async function damagedFile(folder: string): Promise<string | undefined> {
  let expected: Record<string, string>;
  try {
    expected = JSON.parse(readFileSync(join(folder, CHECKSUMS), 'utf8'));
  } catch {
    return join(folder, CHECKSUMS);
  }
  const found = await checksums(folder);
  const name = Object.keys(expected).find((file) => found[file] !== expected[file]);
  return name && join(folder, name);
}

async function checksums(folder: string): Promise<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== CHECKSUMS);
  const sums: Record<string, string> = {};
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    sums[relative(folder, path)] = await sha256(path);
  }
  return sums;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) { hash.update(chunk as Buffer); }
  return hash.digest('hex');
}
