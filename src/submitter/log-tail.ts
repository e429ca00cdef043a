import WebSocket from 'ws';
import { collect, HttpAnswer } from './http-request';
import { NoContactError } from './no-contact';
import { RayJobsClient } from './ray-jobs';
import { Handshake } from './route';
import { bytesOf } from './websocket-bytes';

/** A stream that is silent for so long is asked for a sign of life. */
const PING_MS = 20_000;

/** How a stream ended. Neither says whether the job did: only its status tells. */
export type StreamEnd = 'closed' | 'refused';

/** Who takes the lines of a log. */
export interface LineTaker {
  onLine(line: string): void;
  /** What to wait for before there are more lines: whoever reads them is behind. Absent: nothing, ever. */
  drained?(): Promise<void> | undefined;
}

/**
 * A job's log, line by line, each byte once, however often the stream breaks.
 *
 * Ray's stream starts from byte 0 each time and knows no offset, so what was seen before is skipped.
 */
export class LogTail {
  private seen = 0;
  private partial: Buffer = Buffer.alloc(0);

  /** Bytes of the log that were taken so far. */
  public get bytes(): number {
    return this.seen;
  }

  constructor(private readonly client: RayJobsClient, private readonly submissionId: string, private readonly lines: LineTaker) {}

  /** Follows the log until the stream ends. @throws SubmitterError NOT_AUTHORIZED */
  public async stream(signal?: AbortSignal): Promise<StreamEnd> {
    if (signal?.aborted) { return 'closed'; }
    const handshake = await this.handshake();
    if (!handshake) { return 'refused'; }
    const { url, headers, agent } = handshake;
    const socket = new WebSocket(url, {
      headers,
      agent,
      handshakeTimeout: PING_MS,
      maxPayload: 0, // a line may be of any length
      perMessageDeflate: false, // measured with Ray 2.60: once it is agreed on, no message arrives and the stream closes with 1000
    });
    const stop = () => socket.terminate();
    signal?.addEventListener('abort', stop);
    const watch = keepAlive(socket);
    try {
      return await this.read(socket);
    } finally {
      watch.stop();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Takes the whole log in one request: for where WebSockets can't pass. */
  public async poll(): Promise<void> {
    const log = Buffer.from(await this.client.logs(this.submissionId), 'utf8');
    this.take(log.subarray(this.seen));
  }

  /** Hands out a last line that has no end. */
  public flush(): void {
    if (this.partial.length > 0) { this.lines.onLine(this.partial.toString('utf8')); }
    this.partial = Buffer.alloc(0);
  }

  private async handshake(): Promise<Handshake | undefined> {
    try {
      return await this.client.logStream(this.submissionId);
    } catch (error) {
      if (error instanceof NoContactError) { return undefined; } // whether there is contact, the status tells
      throw error;
    }
  }

  private read(socket: WebSocket): Promise<StreamEnd> {
    let skip = this.seen;
    let opened = false;
    return new Promise((resolve, reject) => {
      socket.on('open', () => { opened = true; });
      socket.on('message', (data) => {
        const bytes = bytesOf(data);
        const known = Math.min(skip, bytes.length);
        skip -= known;
        this.take(bytes.subarray(known));
        const drained = this.lines.drained?.();
        if (drained) {
          socket.pause(); // else a log of any size waits in memory for its reader
          void drained.then(() => socket.resume());
        }
      });
      socket.on('unexpected-response', (_request, response) => {
        collect(response).catch((): HttpAnswer => ({ status: response.statusCode ?? 0, body: '' })).then((answer) => {
          socket.terminate();
          const refusal = this.client.refusal(answer);
          if (refusal && !(refusal instanceof NoContactError)) { reject(refusal); } else { resolve('refused'); }
        }, reject);
      });
      socket.on('error', () => undefined); // 'close' follows, and says all that can be known
      socket.on('close', () => resolve(opened ? 'closed' : 'refused'));
    });
  }

  private take(bytes: Buffer): void {
    this.seen += bytes.length;
    let rest = this.partial.length > 0 ? Buffer.concat([this.partial, bytes]) : bytes;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      this.lines.onLine(rest.subarray(0, end).toString('utf8'));
      rest = rest.subarray(end + 1);
    }
    this.partial = Buffer.from(rest); // a copy: the frame it came from may be large
  }
}

/** Ends a connection whose other side is gone without a word. */
function keepAlive(socket: WebSocket): { stop(): void } {
  let alive = true;
  socket.on('pong', () => { alive = true; });
  socket.on('message', () => { alive = true; });
  const timer = setInterval(() => {
    if (socket.isPaused) {
      alive = true; // it is we who do not listen
    } else if (!alive) {
      socket.terminate();
    } else if (socket.readyState === WebSocket.OPEN) {
      alive = false;
      socket.ping();
    }
  }, PING_MS);
  return { stop: () => clearInterval(timer) };
}
