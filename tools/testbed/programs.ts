import { execFile } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { promisify } from 'util';
import { go, sourceOf } from '../go';
import { keyOf, madeOnce, MadeOnce } from '../made-once';

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
  const folder = await made({ name: 'testbed', what: 'the test bed', key: digest(MODULE), fill: make }, onMake);
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
  const folder = await made({ name: 'karpenter', what: 'Karpenter', key: digest(KARPENTER_MODULE), fill: makeKarpenter }, onMake);
  return { program: join(folder, 'karpenter'), definitions: ['api', 'kwok'].map((name) => join(folder, name)) };
}

async function made(thing: MadeOnce, onMake: (why: string) => void): Promise<string> {
  if (process.platform !== 'linux') {
    throw new Error(`the test bed runs on Linux only; this is ${process.platform}.\n  Fix: run it in a Linux machine or virtual machine`);
  }
  return madeOnce(thing, onMake);
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

async function copyOut(from: string, to: string): Promise<void> {
  cpSync(from, to, { recursive: true });
  await run('chmod', ['-R', 'u+w', to]); // Go's module cache is read-only
}

/** Of all that the programs of a module, and the seed, are made from. */
function digest(module: string): string {
  const sources = readdirSync(module, { recursive: true, encoding: 'utf8' }).filter((name) => /(^go\.(mod|sum)|\.go)$/.test(name) && !name.endsWith('_test.go')).sort();
  const definitions = readdirSync(OTHER_DEFINITIONS).filter((file) => file.endsWith('.yaml')).sort();
  return keyOf([
    BUILD.join(' '),
    ...sources.flatMap((name) => [`${name}\0`, readFileSync(join(module, name))]),
    ...definitions.map((name) => readFileSync(join(OTHER_DEFINITIONS, name))),
  ]);
}
