import { createServer, IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo, Socket } from 'net';
import { WebSocketServer } from 'ws';
import { RayJobStatus } from '../../src/submitter/ray-jobs';

/** A job that a scripted head has. */
export interface ScriptedJob {
  submission_id: string;
  status: RayJobStatus;
  metadata: Record<string, string>;
  log: string;
  message?: string;
  start_time: number;
  end_time?: number;
}

/** What a head does with a request, instead of what Ray would do. `undefined`: what Ray does. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | undefined;

/**
 * A stand-in for a Ray head that speaks the Jobs API over real sockets, for the faults that a real head can't be made to have.
 *
 * What it answers is what Ray 2.60 was seen to answer; the real head is tested in real-head.test.ts.
 */
export class ScriptedHead {
  public static async start(token = 'secret-token'): Promise<ScriptedHead> {
    const head = new ScriptedHead(token);
    await new Promise<void>((resolve) => head.server.listen(0, '127.0.0.1', resolve));
    return head;
  }

  public readonly jobs = new Map<string, ScriptedJob>();
  public readonly posts: string[] = [];
  /** The headers that each request and each stream came with. */
  public readonly headers: IncomingHttpHeaders[] = [];
  public sessionName = 'session_1';
  /** Looked at before each request. */
  public fault?: Fault;
  /** How the log stream of a job goes: frames, then a close code, a cut, or nothing; `deaf`: it hears no ping. Absent: streams are refused. */
  public stream?: (job: ScriptedJob, connection: number) => { frames: Buffer[]; code?: number; cut?: boolean; stays?: boolean; deaf?: boolean };
  /** Called after each log stream. */
  public onStreamEnd?: (connection: number) => void;
  public connections = 0;

  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });

  private constructor(private readonly token: string) {
    this.server = createServer((request, response) => { void this.answer(request, response); });
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket as Socket, head));
  }

  public get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.sockets.clients.forEach((client) => client.terminate());
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const path = request.url ?? '';
    this.headers.push(request.headers);
    if (request.method === 'POST' && path === '/api/jobs/') { this.posts.push(Buffer.concat(chunks).toString()); }
    if (this.fault?.(request, response)) { return; }
    if (tokenIn(request) !== `Bearer ${this.token}`) {
      send(response, tokenIn(request) ? 403 : 401, 'no');
    } else if (path === '/api/version') {
      send(response, 200, { ray_version: '2.60.0', session_name: this.sessionName });
    } else if (path === '/api/jobs/') {
      if (request.method === 'POST') { this.submit(Buffer.concat(chunks).toString(), response); } else { send(response, 200, [...this.jobs.values()]); }
    } else {
      this.aboutJob(path, response);
    }
  }

  /** Takes a submission as Ray does: a second one with the same id is a 500. */
  public submit(body: string, response?: ServerResponse): void {
    const { submission_id, metadata } = JSON.parse(body) as { submission_id: string; metadata: Record<string, string> };
    if (this.jobs.has(submission_id)) {
      if (response) { send(response, 500, `Traceback ...\nValueError: Job with submission_id ${submission_id} already exists. Please use a different submission_id.`); }
      return;
    }
    this.jobs.set(submission_id, { submission_id, metadata, status: 'PENDING', log: '', start_time: 1_700_000_000_000 });
    if (response) { send(response, 200, { submission_id }); }
  }

  private aboutJob(path: string, response: ServerResponse): void {
    const [, id, rest] = /^\/api\/jobs\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const job = this.jobs.get(decodeURIComponent(id ?? ''));
    if (!job) { send(response, 404, 'Job does not exist'); return; }
    if (rest === '/logs') { send(response, 200, { logs: job.log }); return; }
    if (rest === '/stop') {
      job.status = 'STOPPED';
      send(response, 200, { stopped: true });
      return;
    }
    send(response, 200, job);
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const [, id] = /^\/api\/jobs\/([^/]+)\/logs\/tail$/.exec(request.url ?? '') ?? [];
    const job = this.jobs.get(decodeURIComponent(id ?? ''));
    const connection = this.connections++;
    this.headers.push(request.headers);
    if (!job || !this.stream || tokenIn(request) !== `Bearer ${this.token}`) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { frames, code, cut, stays, deaf } = this.stream(job, connection);
    this.sockets.handleUpgrade(request, socket, head, (client) => {
      frames.forEach((frame) => client.send(frame, { binary: false }));
      if (deaf) { client.pause(); }
      client.on('close', () => this.onStreamEnd?.(connection));
      if (cut) {
        setTimeout(() => client.terminate(), 20);
      } else if (!stays) {
        client.close(code ?? 1000);
      }
    });
  }
}

/** Ray looks into its own header where there is no `Authorization`. */
function tokenIn({ headers }: IncomingMessage): string | undefined {
  return headers.authorization ?? headers['x-ray-authorization'] as string | undefined;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
