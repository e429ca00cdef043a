import { existsSync } from 'fs';
import { availableParallelism } from 'os';
import { join } from 'path';
import { MessagePort, Worker, WorkerOptions } from 'worker_threads';

/** What a thread is started with: files to hash at once, or nothing, and then it waits for shards to pack. */
export interface ThreadData {
  readonly hash?: { readonly paths: readonly string[]; readonly state: SharedArrayBuffer; readonly port: MessagePort };
}

/**
 * Starts a thread of the bundler.
 *
 * Its program lies beside this file, compiled here as in the one-file command line. Run from the TypeScript source, as tests do,
 * the thread compiles for itself.
 */
export function startThread(data: ThreadData): Worker {
  const compiled = join(__dirname, 'worker-main.js');
  const options: WorkerOptions = { workerData: data, transferList: data.hash ? [data.hash.port] : [] };
  if (existsSync(compiled)) { return new Worker(compiled, options); }
  return new Worker(join(__dirname, 'worker-main.ts'), {
    ...options,
    execArgv: ['--require', 'ts-node/register/transpile-only'],
    env: { ...process.env, TS_NODE_PROJECT: join(__dirname, '..', '..', 'test', 'tsconfig.json') },
  });
}

/** Threads that pay: more than cores only fight for them, and each holds a shard in memory. */
export function threadCount(wanted?: number): number {
  return wanted ?? Math.min(availableParallelism(), 8);
}
