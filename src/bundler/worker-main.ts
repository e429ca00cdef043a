/** The program of a bundler thread: hashes the files that it was started with, or packs the shards that it is sent. */
import { MessagePort, parentPort, workerData } from 'worker_threads';
import { BundleError } from './bundle-error';
import { hashFile } from './file-hash';
import { HashAnswer } from './hash-files';
import { PackedShard, packShard, PackTask } from './pack-shard';
import { ThreadData } from './worker-thread';

/** What a thread answers to a {@link PackTask}. */
export type PackAnswer = { readonly packed: PackedShard } | { readonly code: string; readonly message: string; readonly fix: string };

const { hash, port } = workerData as ThreadData & { readonly port?: MessagePort };

if (hash) {
  const done = new Int32Array(hash.done);
  tell(done, 1);
  port?.postMessage(answerTo(() => ({ contents: hash.paths.map(hashFile) })) satisfies HashAnswer);
  tell(done, 2);
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

function tell(done: Int32Array, state: number): void {
  Atomics.store(done, 0, state);
  Atomics.notify(done, 0);
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
