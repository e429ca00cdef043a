import { createServer, IncomingMessage, request, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { buffer } from 'stream/consumers';

/**
 * What goes wrong with a request.
 *
 * - a number: the store answers with this status, and is not asked
 * - `drop-request`: the connection ends in the middle of the body; the store has got half of it
 * - `drop-answer`: the store did what it was asked, and its answer is lost
 * - `cut-answer`: half of the answer comes, then the connection ends
 * - a share: that part of the answer comes, and looks complete
 * - `lie`: a refusal of the condition is turned into a success
 */
export type Fault = number | 'drop-request' | 'drop-answer' | 'cut-answer' | 'lie' | { readonly share: number };

const CODES: Record<number, string> = { 409: 'ConditionalRequestConflict', 500: 'InternalError', 503: 'SlowDown', 403: 'AccessDenied', 301: 'PermanentRedirect' };

/** Stands before a store and hurts the requests that `plan` picks. */
export class FaultProxy {
  /** Starts one before the store at `target`. */
  public static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Method and path of all requests since the last {@link reset}. */
  public readonly seen: string[] = [];
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing).catch(() => outgoing.destroy()));
  }

  /** Picks the fault of a request; `undefined`: it passes. */
  public plan: (request: IncomingMessage, seen: number) => Fault | undefined = () => undefined;

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public reset(): void {
    this.plan = () => undefined;
    this.seen.length = 0;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const fault = this.plan(incoming, this.seen.length);
    this.seen.push(`${incoming.method} ${incoming.url}`);
    const body = await buffer(incoming);
    if (typeof fault === 'number') { return answer(outgoing, fault); }
    const { status, headers, content } = await this.forward(incoming, body, fault === 'drop-request' ? Math.floor(body.length / 2) : body.length);
    if (fault === 'drop-answer') { return void outgoing.destroy(); }
    if (fault === 'lie' && status === 412) { return void outgoing.writeHead(200, { etag: '"0"' }).end(); }
    if (fault === 'cut-answer') {
      outgoing.writeHead(status, headers).write(content.subarray(0, Math.floor(content.length / 2)), () => outgoing.destroy());
      return;
    }
    const sent = typeof fault === 'object' ? content.subarray(0, content.length * fault.share) : content;
    const length = incoming.method === 'HEAD' ? {} : { 'content-length': sent.length };
    outgoing.writeHead(status, { ...headers, ...length }).end(sent);
  }

  /** Sends the first `bytes` of the body; with fewer than all, the store sees the connection end. */
  private forward({ method, url, headers }: IncomingMessage, body: Buffer, bytes: number) {
    return new Promise<{ status: number; headers: IncomingMessage['headers']; content: Buffer }>((resolve, reject) => {
      const { expect: _, ...rest } = headers;
      const upstream = request({ host: this.target.hostname, port: this.target.port, method, path: url, headers: rest, agent: false }, (response) => {
        const { 'transfer-encoding': __, ...answered } = response.headers;
        buffer(response).then((content) => resolve({ status: response.statusCode!, headers: answered, content }), reject);
      });
      upstream.on('error', reject);
      if (bytes < body.length) {
        upstream.write(body.subarray(0, bytes), () => setTimeout(() => upstream.destroy(new Error('dropped')), 20));
      } else {
        upstream.end(body);
      }
    });
  }
}

function answer(outgoing: ServerResponse, status: number): void {
  const xml = `<?xml version="1.0"?><Error><Code>${CODES[status]}</Code><Message>made by the test</Message></Error>`;
  outgoing.writeHead(status, { 'content-type': 'application/xml', 'content-length': xml.length }).end(xml);
}
