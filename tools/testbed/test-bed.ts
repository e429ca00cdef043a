import { ChildProcess, spawn } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { createInterface } from 'readline';
import { Images, writeImages } from './images';
import { karpenter, programs } from './programs';
import { cacheDirectory } from '../../src/bundler/cache-directory';

/** Where the test beds of this user are. */
export function bedsDirectory(): string {
  return join(cacheDirectory(), 'testbed', 'beds');
}

/** What test bed to start. */
export interface TestBedOptions {
  /** Whether pods only are said to run, or do; or a file with a list of nodes. */
  readonly nodes: 'fake' | 'process' | string;
  /** For process nodes. */
  readonly images?: Images;
  /** Paths of this machine that pods see empty. */
  readonly hide?: readonly string[];
  /** Whether Karpenter makes nodes; they are fake ones. */
  readonly karpenter?: boolean;
  /** @default - under the user's cache */
  readonly beds?: string;
}

/** A test bed that runs until it is stopped, or this process ends. */
export class TestBed {
  /** Starts one, and waits until all of it is ready. */
  public static async start(options: TestBedOptions): Promise<TestBed> {
    const onMake = (why: string) => process.stderr.write(`${why}\n`);
    const { testbed, seed } = await programs(onMake);
    const { program, definitions } = options.karpenter ? await karpenter(onMake) : { program: undefined, definitions: [] };
    const folder = mkdtempSync(join(tmpdir(), 'testbed-'));
    const imagesFile = join(folder, 'images.yaml');
    writeImages(imagesFile, options.images ?? {});
    const args = ['up', '--with-stdin', '--beds', options.beds ?? bedsDirectory(), '--seed', seed, '--nodes', options.nodes, '--images', imagesFile];
    if (program) { args.push('--karpenter', program); }
    const lists = [...definitions.flatMap((path) => ['--definitions', path]), ...(options.hide ?? []).flatMap((path) => ['--hide', path])];
    const child = spawn(testbed, [...args, ...lists], { stdio: ['pipe', 'pipe', 'pipe'] });
    try {
      const state = await ready(child);
      return new TestBed(child, state, folder, imagesFile);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  public readonly id: string;
  /** File with the way in of the cluster's administrator. */
  public readonly kubeconfig: string;
  /** URL of the API server. */
  public readonly server: string;
  /** Folder of the test bed's own files; gone after `stop`. */
  public readonly directory: string;
  /** Address of this machine that pods can reach; only with process nodes. */
  public readonly gateway?: string;

  private constructor(private readonly child: ChildProcess, state: State, private readonly folder: string, private readonly imagesFile: string) {
    this.id = state.id;
    this.kubeconfig = state.kubeconfig;
    this.server = state.server;
    this.directory = state.dir;
    this.gateway = state.network?.replace(/\.0\/24$/, '.1');
  }

  /** Changes what images stand for, from the next pull on. */
  public setImages(images: Images): void {
    writeImages(this.imagesFile, images);
  }

  /** Process id of a component, such as `kubelet`; another after each restart. */
  public pid(component: string): number {
    return (JSON.parse(readFileSync(join(this.directory, 'state.json'), 'utf8')) as State).components[component];
  }

  /** Ends it and all that runs in it. */
  public async stop(): Promise<void> {
    const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.stdin!.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface State {
  readonly id: string;
  readonly dir: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly network?: string;
  readonly components: Readonly<Record<string, number>>;
}

/** The line that says where it is. @throws Error with what it said when it ended before */
async function ready(child: ChildProcess): Promise<State> {
  let said = '';
  child.stderr!.on('data', (data) => { said += data; });
  const closed = new Promise<void>((resolve) => { child.once('close', () => resolve()); });
  for await (const line of createInterface({ input: child.stdout! })) { return JSON.parse(line) as State; }
  await closed;
  throw new Error(said.trim());
}
