/** The program of a bundler thread: hashes the files that it was started with, or packs the shards that it is sent. */
import { parentPort, workerData } from 'worker_threads';
import { BundleError } from './bundle-error';
import { hashFile } from './file-hash';
import { HashAnswer, ShareState } from './hash-files';
import { packShard, PackTask } from './pack-shard';
import { NewObject } from './store';
import { ThreadData } from './worker-thread';

/** What a thread answers to a {@link PackTask}. */
export type PackAnswer = { readonly packed: NewObject } | { readonly code: string; readonly message: string; readonly fix: string };

const { hash } = workerData as ThreadData;

if (hash) {
  const state = new Int32Array(hash.state);
  step(state, 1);
  const contents = () => hash.paths.map((path) => {
    const content = hashFile(path);
    Atomics.add(state, ShareState.KIBIBYTES, Math.round(content.size / 1024));
    return content;
  });
  hash.port.postMessage(answerTo(() => ({ contents: contents() })) satisfies HashAnswer);
  step(state, 2);
} else {
  parentPort?.on('message', (task: PackTask) => {
    const answer: PackAnswer = answerTo(() => ({ packed: packShard(task) }));
    parentPort?.postMessage(answer, 'packed' in answer ? ownMemory(answer.packed.body) : []); // handed over, not copied
  });
}

/** The memory of a body that nothing else is in: small buffers share a pool. */
function ownMemory(body: Uint8Array | string): ArrayBuffer[] {
  return typeof body !== 'string' && body.buffer.byteLength === body.byteLength ? [body.buffer as ArrayBuffer] : [];
}

function step(state: Int32Array, to: number): void {
  Atomics.store(state, ShareState.STEP, to);
  Atomics.notify(state, ShareState.STEP);
}

/** An error can't cross threads as what it is: its parts do. */
function answerTo<T>(work: () => T): T | { code: string; message: string; fix: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof BundleError) { return { code: error.code, message: error.message, fix: error.fix }; }
    return { code: 'INTERNAL', message: `bundler thread: ${(error as Error).message}`, fix: 'run again; report it when it stays' };
  }
}
