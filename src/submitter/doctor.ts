import { counted } from './amounts';
import { Check, check, finding } from './check';
import { ClusterApi } from './kubernetes/cluster-api';
import { clusterChecks } from './kubernetes/cluster-checks';
import { parseClusterName } from './kubernetes/cluster-name';
import { wayFrom } from './kubernetes/cluster-target';
import { openApiServer } from './kubernetes/open-api-server';
import { openStack } from './kubernetes/stack-config-map';
import { placeOf } from './phases';
import { shardKey } from '../bundler/store';
import { BundleDescriptor, StackDescriptor } from '../descriptor/stack-descriptor';
import { findInterpreter } from './local/interpreter';
import { localHead } from './local/local-head';
import { isComplete, managedEnvironmentFor } from './local/managed-environment';
import { publishDryRun } from './publish-stack';
import { connect } from './ready';
import { Stack } from './stack';
import { rayJobsAt, resolveTarget, TargetOptions } from './target';
import { openStore } from '../bundler/stores/open-store';

/** What is looked at. */
export interface DoctorOptions extends TargetOptions {
  readonly stack: string;
  readonly target: string;
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
  let stack: Stack | undefined;
  yield await check('stack', async () => {
    stack = await openStack(options.stack, options);
    const { descriptor } = stack;
    return `${descriptor.environment} with ${counted(descriptor.jobs.length, 'job')}`;
  });
  const found = stack; // what a closure assigns, TypeScript does not follow
  const descriptor = found?.descriptor;
  if (descriptor && placeOf(options.target) === 'cluster') { yield* checkCluster(options, descriptor); }
  yield await check('Ray head', async () => describeHead(options, descriptor));
  const bundle = descriptor?.bundle;
  if (found && bundle) {
    yield await check('bundle store', async () => `${bundle.store} holds ${await countShards(bundle.store)} shards`);
    yield await check('bundle', async () => describeBundle(found, bundle));
  }
}

async function* checkCluster(options: DoctorOptions, descriptor: StackDescriptor): AsyncIterable<Check> {
  const place = options.target === 'cluster' ? {} : parseClusterName(options.target);
  let cluster: ClusterApi | undefined;
  const access = await check('kubeconfig', async () => {
    const server = openApiServer({ ...place, ...options });
    cluster = new ClusterApi(server, descriptor);
    return server.context === undefined ? 'the credentials of this pod' : `context ${server.context}`;
  });
  yield access;
  if (cluster) { yield* clusterChecks(cluster, options.via ?? wayFrom(cluster.server)); }
}

function nodeVersion(): string {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor < NODE_FLOOR[1])) {
    throw finding(`${process.version}, expected ${NODE_FLOOR.join('.')} or newer`, `nvm install ${NODE_FLOOR[0]}, or another way to get Node.js ${NODE_FLOOR.join('.')} or newer`);
  }
  return process.version;
}

function describePython(wanted?: string): string {
  const { path, version } = findInterpreter(wanted);
  return `${version} at ${path}`;
}

function describeEnvironment(wanted?: string): string {
  const environment = managedEnvironmentFor(findInterpreter(wanted), 'requirements.lock');
  if (!isComplete(environment)) { throw finding('not made yet', 'geneva-stack local up makes it'); }
  return environment.directory;
}

async function describeHead(options: DoctorOptions, descriptor?: StackDescriptor): Promise<string> {
  const target = await resolveTarget(options.target, { ...options, descriptor: async () => descriptor });
  const { ray_version } = await connect(rayJobsAt(target));
  const since = target.isLocal ? `, up since ${localHead(options.stateDirectory)?.startedAt}` : '';
  const declared = descriptor?.rayCluster.rayVersion;
  if (declared && declared !== ray_version && !target.isLocal) {
    throw finding(`${target.address} runs Ray ${ray_version}, the stack declares ${declared}`, 'make the image and rayVersion agree, then cdk8s synth and kubectl apply -f dist');
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

async function describeBundle(stack: Stack, bundle: BundleDescriptor): Promise<string> {
  const report = await publishDryRun(stack, bundle);
  return report.shards.missing === 0 ? 'published' : `${report.shards.missing} of ${report.shards.total} shards to publish; submit does it`;
}
