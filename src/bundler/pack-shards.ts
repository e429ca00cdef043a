import { once } from 'events';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Worker } from 'worker_threads';
import { BundleError } from './bundle-error';
import { packShard, PackTask } from './pack-shard';
import { PlacedShard } from './plan';
import { NewObject } from './store';
import type { PackAnswer } from './worker-main';
import { startThread, threadCount } from './worker-thread';

/** How shards are packed. */
export interface PackOptions {
  /** 0 (stored) to 9. @default 1 */
  readonly level: number;
  /** @default one a core, at most 8; none below 32 MB */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Below, starting threads takes longer than packing here. */
const PARALLEL_BYTES = 32 * 2 ** 20;

/**
 * Makes shards into zips, on several threads when they are many bytes, and hands each to `store` as soon as it is there.
 *
 * A thread packs a shard while the one before is stored, and no more than that, so that memory is bounded by the threads.
 *
 * @throws BundleError of the first shard that can't be packed, or whatever `store` throws
 */
export async function packShards(
  shards: readonly PlacedShard[], options: PackOptions, store: (shard: PlacedShard, packed: NewObject) => Promise<void>,
): Promise<void> {
  const bytes = shards.reduce((sum, { shard }) => sum + shard.rawBytes, 0);
  const threads = Math.min(options.threads ?? (bytes < PARALLEL_BYTES ? 1 : threadCount()), shards.length);
  const spools = mkdtempSync(join(tmpdir(), 'geneva-bundle-'));
  // The largest first: a large one that starts last would keep one thread busy alone.
  const queue = [...shards].sort((a, b) => b.shard.rawBytes - a.shard.rawBytes);
  const packers = Array.from({ length: threads }, () => (threads > 1 ? new ThreadPacker() : new InlinePacker()));
  try {
    await Promise.all(packers.map(async (packer) => {
      let storing = Promise.resolve();
      for (let next = queue.shift(); next; next = queue.shift()) {
        options.signal?.throwIfAborted();
        const task = { root: next.root.directory, files: next.shard.files, level: options.level, spool: join(spools, next.shard.key) };
        const [packed] = await Promise.all([packer.pack(task, options.signal), storing]);
        storing = store(next, packed).finally(() => rmSync(task.spool, { force: true }));
        storing.catch(() => undefined); // it is awaited, but perhaps after another one has failed
      }
      await storing;
    }));
  } finally {
    queue.length = 0; // the first error stops the other threads at their next shard
    packers.forEach((packer) => packer.end());
    rmSync(spools, { recursive: true, force: true });
  }
}

interface Packer {
  pack(task: PackTask, signal?: AbortSignal): Promise<NewObject>;
  end(): void;
}

/** Packs in this thread. */
class InlinePacker implements Packer {
  public async pack(task: PackTask): Promise<NewObject> {
    return packShard(task);
  }

  public end(): void {
    // nothing was started
  }
}

/** Packs in a thread of its own. */
class ThreadPacker implements Packer {
  private readonly worker: Worker = startThread({});

  public async pack(task: PackTask, signal?: AbortSignal): Promise<NewObject> {
    const settled = new AbortController();
    const either = { signal: signal ? AbortSignal.any([signal, settled.signal]) : settled.signal };
    try {
      this.worker.postMessage(task);
      const [answer] = await Promise.race([once(this.worker, 'message', either), this.lost(either)]) as [PackAnswer];
      if ('packed' in answer) { return answer.packed; }
      throw new BundleError(answer.code, answer.message, answer.fix);
    } finally {
      settled.abort(); // takes the listeners away
    }
  }

  public end(): void {
    void this.worker.terminate();
  }

  private async lost(either: { signal: AbortSignal }): Promise<never> {
    const [code] = await once(this.worker, 'exit', either) as [number];
    throw new BundleError('THREAD_LOST', `a bundler thread ended with code ${code}`, 'free memory and publish again');
  }
}
