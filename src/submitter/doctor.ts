import { shardKey } from '../bundler/store';
import { StackDescriptor } from '../descriptor/stack-descriptor';
import { findInterpreter } from './local/interpreter';
import { localHead } from './local/local-head';
import { isComplete, managedEnvironmentFor } from './local/managed-environment';
import { publishDryRun } from './publish-stack';
import { connect } from './ready';
import { loadStack } from './stack';
import { rayJobsAt, resolveTarget } from './target';
import { openStore } from '../bundler/stores/open-store';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do, when it is not ok. */
  readonly fix?: string;
}

/** What is looked at. */
export interface DoctorOptions {
  readonly stack: string;
  readonly target: string;
  readonly stateDirectory: string;
  readonly python?: string;
}

const NODE_FLOOR = [20, 16];

/** Looks at everything that a submit to this target needs. Changes nothing. */
export async function* doctor(options: DoctorOptions): AsyncIterable<Check> {
  yield await check('Node.js', async () => nodeVersion());
  if (options.target === 'local') {
    yield await check('Python', async () => describePython(options.python));
    yield await check('managed environment', async () => describeEnvironment(options.python));
  }
  let descriptor: StackDescriptor | undefined;
  yield await check('stack', async () => {
    const stack = loadStack(options.stack);
    descriptor = stack.descriptor;
    return `${descriptor.environment} with ${descriptor.jobs.length} job${descriptor.jobs.length === 1 ? '' : 's'}`;
  });
  yield await check('Ray head', async () => describeHead(options, descriptor));
  const bundle = descriptor?.bundle;
  if (bundle) {
    yield await check('bundle store', async () => `${bundle.store} holds ${await countShards(bundle.store)} shards`);
    yield await check('bundle', async () => describeBundle(options.stack));
  }
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, found: await look() };
  } catch (error) {
    const { message, fix } = error as Error & { fix?: string };
    return { name, ok: false, found: message, fix: fix ?? 'see the message' };
  }
}

function nodeVersion(): string {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor < NODE_FLOOR[1])) {
    throw Object.assign(new Error(`${process.version}, expected ${NODE_FLOOR.join('.')} or newer`), { fix: 'install a newer Node.js' });
  }
  return process.version;
}

function describePython(wanted?: string): string {
  const { path, version } = findInterpreter(wanted);
  return `${version} at ${path}`;
}

function describeEnvironment(wanted?: string): string {
  const environment = managedEnvironmentFor(findInterpreter(wanted), 'requirements.lock');
  if (!isComplete(environment)) { throw Object.assign(new Error('not made yet'), { fix: 'geneva-stack local up makes it' }); }
  return environment.directory;
}

async function describeHead(options: DoctorOptions, descriptor?: StackDescriptor): Promise<string> {
  const target = await resolveTarget(options.target, options);
  const { ray_version } = await connect(rayJobsAt(target));
  const since = target.isLocal ? `, up since ${localHead(options.stateDirectory)?.startedAt}` : '';
  const declared = descriptor?.rayCluster.rayVersion;
  if (declared && declared !== ray_version && !target.isLocal) {
    throw Object.assign(new Error(`${target.address} runs Ray ${ray_version}, the stack declares ${declared}`), { fix: 'make the image and rayVersion agree, then synthesize and apply again' });
  }
  return `Ray ${ray_version} at ${target.address}${since}`;
}

async function countShards(url: string): Promise<number> {
  let count = 0;
  for await (const object of openStore(url).list('shards/')) {
    if (object.key.length === shardKey('').length + 64) { count += 1; }
  }
  return count;
}

async function describeBundle(path: string): Promise<string> {
  const stack = loadStack(path);
  const report = await publishDryRun(stack, stack.descriptor.bundle!);
  return report.shards.missing === 0 ? 'published' : `${report.shards.missing} of ${report.shards.total} shards to publish; submit does it`;
}
