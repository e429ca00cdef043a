import { pipeline, Readable, Transform } from 'stream';

/** Ends the wait for an answer that does not come: some SDKs never learn that their connection ended in the middle of one. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A stream that fails when its source is silent for so long. */
export function neverSilent(ms: number, source: Readable): Readable {
  const timer = setTimeout(() => guarded.destroy(timeout(ms)), ms);
  const guarded: Transform = new Transform({
    transform(chunk, _, done) {
      timer.refresh();
      done(null, chunk);
    },
  });
  pipeline(source, guarded, () => clearTimeout(timer));
  return guarded;
}

function timeout(ms: number): Error {
  return Object.assign(new Error(`nothing came for ${ms / 1000} s`), { name: 'TimeoutError' });
}
