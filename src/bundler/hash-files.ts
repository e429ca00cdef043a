import { MessageChannel, receiveMessageOnPort, Worker } from 'worker_threads';
import { BundleError } from './bundle-error';
import { FileContent, hashFile } from './file-hash';
import { startThread, threadCount } from './worker-thread';

/** A file to hash; the size decides who does it. */
export interface FileToHash {
  readonly path: string;
  readonly size: number;
}

/** What a thread answers: a content for each of its files, or why there is none. */
export type HashAnswer = { readonly contents: FileContent[] } | { readonly code: string; readonly message: string; readonly fix: string };

/** Below, starting threads takes longer than hashing: measured 0.1 s against some 1.8 GB/s. */
const PARALLEL_BYTES = 64 * 2 ** 20;

/** A thread that has not started by then will not. */
const START_MS = 10_000;

/** How far hashing is. */
export interface HashProgress {
  readonly bytesDone: number;
  readonly bytes: number;
  readonly files: number;
}

/** How files are hashed. */
export interface HashOptions {
  readonly threads?: number;
  readonly parallelBytes?: number;
  readonly onProgress?: (progress: HashProgress) => void;
}

/** Hashes files, on several threads when they are many bytes. Synchronous, as synth is. @throws BundleError */
export function hashFiles(files: readonly FileToHash[], options: HashOptions = {}): FileContent[] {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const threads = Math.min(threadCount(options.threads), files.length);
  const tell = (bytesDone: number) => options.onProgress?.({ bytesDone, bytes, files: files.length });
  if (threads >= 2 && bytes >= (options.parallelBytes ?? PARALLEL_BYTES)) { return hashInThreads(files, threads, tell); }
  let done = 0;
  return files.map(({ path }) => {
    const content = hashFile(path);
    tell(done += content.size);
    return content;
  });
}

/** Cells of what a thread tells while it hashes. */
export enum ShareState {
  /** 0: not started, 1: started, 2: answered. */
  STEP = 0,
  /** Kibibytes hashed. */
  KIBIBYTES = 1,
}

/** How often the progress of the other threads is looked at. */
const LOOK_MS = 200;

interface Share {
  readonly indexes: number[];
  readonly worker: Worker;
  /** See {@link ShareState}. */
  readonly state: Int32Array;
  answer(): HashAnswer | undefined;
}

function hashInThreads(files: readonly FileToHash[], threads: number, tell: (bytesDone: number) => void): FileContent[] {
  const contents: FileContent[] = new Array(files.length);
  // The first share is hashed here: this thread would only wait.
  const [own, ...others] = shares(files, threads);
  const started = others.map((indexes) => startShare(files, indexes));
  let ownBytes = 0;
  const look = () => tell(ownBytes + started.reduce((sum, { state }) => sum + Atomics.load(state, ShareState.KIBIBYTES) * 1024, 0));
  try {
    for (const index of own) {
      contents[index] = hashFile(files[index].path);
      ownBytes += contents[index].size;
      look();
    }
    for (const share of started) {
      collect(share, files, look).forEach((content, position) => { contents[share.indexes[position]] = content; });
    }
  } finally {
    started.forEach(({ worker }) => { void worker.terminate(); });
  }
  return contents;
}

/** Shares of about the same number of bytes: the largest files first, each to whoever has least. */
function shares(files: readonly FileToHash[], count: number): number[][] {
  const indexes = files.map((_, index) => index).sort((a, b) => files[b].size - files[a].size);
  const taken = Array.from({ length: count }, () => ({ bytes: 0, indexes: [] as number[] }));
  for (const index of indexes) {
    const least = taken.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    least.indexes.push(index);
    least.bytes += files[index].size + 4096; // opening a file costs about as much as reading a page
  }
  return taken.map((share) => share.indexes);
}

function startShare(files: readonly FileToHash[], indexes: number[]): Share {
  const { port1, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(8);
  const paths = indexes.map((index) => files[index].path);
  const worker = startThread({ hash: { paths, state: shared, port: port2 } });
  worker.on('error', () => undefined); // seen as an answer that does not come
  worker.unref();
  return { indexes, worker, state: new Int32Array(shared), answer: () => receiveMessageOnPort(port1)?.message as HashAnswer | undefined };
}

function collect(share: Share, files: readonly FileToHash[], look: () => void): FileContent[] {
  const inline = () => share.indexes.map((index) => hashFile(files[index].path)); // no thread, no matter
  if (Atomics.wait(share.state, ShareState.STEP, 0, START_MS) === 'timed-out') { return inline(); }
  while (Atomics.wait(share.state, ShareState.STEP, 1, LOOK_MS) === 'timed-out') { look(); }
  const answer = share.answer();
  if (!answer) { return inline(); }
  if ('code' in answer) { throw new BundleError(answer.code, answer.message, answer.fix); }
  return answer.contents;
}
