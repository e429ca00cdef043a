import { Writable } from 'stream';

/** What to wait for until all that was written is taken, where the readers of some are behind: a pipe takes a little, and memory the rest. */
export function drained(streams: readonly Writable[]): Promise<void> | undefined {
  const behind = streams.filter((stream) => stream.writableNeedDrain);
  if (behind.length === 0) { return undefined; }
  return Promise.all(behind.map((stream) => new Promise((resolve) => stream.once('drain', resolve)))).then(() => undefined);
}
