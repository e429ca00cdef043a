import { Duplex } from 'stream';
import type WebSocket from 'ws';
import { NoContactError } from '../no-contact';
import { bytesOf } from '../websocket-bytes';

const DATA = 0;
const FAULT = 1;

/** The port number that each channel begins with. */
const PREAMBLE_BYTES = 2;

/** One forwarded connection: each message is a byte that names its channel, and what that channel carries. */
export class ForwardedConnection extends Duplex {
  /** How much of a channel's preamble is still to come. */
  private readonly preamble = [PREAMBLE_BYTES, PREAMBLE_BYTES];

  private timer?: NodeJS.Timeout;

  constructor(private readonly socket: WebSocket) {
    super();
    socket.on('message', (data) => this.accept(bytesOf(data)));
    socket.on('close', () => this.push(null));
    socket.on('error', (error) => this.destroy(new NoContactError(`port-forward: ${error.message}`)));
  }

  /** Sockets have it, and handshakes are limited by it: so it counts from the call, and not from the last byte. */
  public setTimeout(ms: number): this {
    clearTimeout(this.timer);
    this.timer = ms > 0 ? setTimeout(() => this.emit('timeout'), ms) : undefined;
    return this;
  }

  public _read(): void {
    if (this.socket.isPaused) { this.socket.resume(); }
  }

  public _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.send(Buffer.concat([Buffer.of(DATA), chunk]), done);
  }

  public _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.timer);
    this.socket.terminate();
    done(error);
  }

  private accept(message: Buffer): void {
    const channel = message[0];
    const skipped = Math.min(this.preamble[channel] ?? 0, message.length - 1);
    this.preamble[channel] -= skipped;
    const payload = message.subarray(1 + skipped);
    if (payload.length === 0) { return; }
    if (channel === FAULT) {
      this.destroy(new NoContactError(`port-forward: ${payload.toString('utf8').trim().slice(0, 300)}`));
    } else if (!this.push(payload)) {
      this.socket.pause();
    }
  }
}
