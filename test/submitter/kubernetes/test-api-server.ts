import { IncomingMessage, request as httpRequest, ServerResponse } from 'http';
import { createServer, Server } from 'https';
import { AddressInfo, connect, Socket } from 'net';
import { TLSSocket } from 'tls';
import { WebSocket, WebSocketServer } from 'ws';
import { TestAuthority } from './certificates';

/** An object as the server keeps it. */
export interface StoredObject {
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** A request that came, and by what it said who sends it. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
  readonly rayToken?: string;
  readonly commonName?: string;
}

/** A right, as `verb resource`. */
type Right = string;

/**
 * A stand-in for an API server, over TLS: bearer tokens and client certificates, RBAC by verb and resource, objects, and the proxies to a pod.
 *
 * It answers as Kubernetes 1.35 was read to answer. The real one is tested in the test bed.
 */
export class TestApiServer {
  public static async start(): Promise<TestApiServer> {
    const server = new TestApiServer();
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  public readonly authority = new TestAuthority();
  /** By path, such as `/apis/ray.io/v1/namespaces/features/rayclusters/x`; lists by the path of their kind. */
  public readonly objects = new Map<string, StoredObject>();
  public readonly tokens = new Set(['user-token']);
  /** What nobody may do. */
  public readonly forbidden = new Set<Right>();
  /** Who is asked for, and how. */
  public readonly seen: SeenRequest[] = [];
  /** Where the Ray head listens; undefined: no pod is ready. */
  public head?: number;
  /** Looked at before each request that is let in. */
  public fault?: (request: IncomingMessage, response: ServerResponse) => boolean;

  /** Called after each change of an object: what an operator would do. */
  public onChange?: (method: string, path: string) => void;

  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: (protocols) => [...protocols][0] });
  private readonly open = new Set<Socket>();

  private constructor() {
    const { cert, key } = this.authority.issue('api-server');
    const options = { cert, key, ca: this.authority.certificate, requestCert: true, rejectUnauthorized: false };
    this.server = createServer(options, (request, response) => { void this.answer(request, response); });
    this.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => this.upgrade(request, socket, head));
    this.server.on('secureConnection', (socket: Socket) => { this.open.add(socket); });
  }

  public get address(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig for it, with one user. */
  public kubeConfig(user: object = { token: 'user-token' }): string {
    const ca = Buffer.from(this.authority.certificate).toString('base64');
    return JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'test', cluster: { 'server': this.address, 'certificate-authority-data': ca } }],
      'users': [{ name: 'somebody', user }],
      'contexts': [{ name: 'test', context: { cluster: 'test', user: 'somebody' } }],
      'current-context': 'test',
    });
  }

  /** Cuts all connections, as a network does. */
  public cut(): void {
    this.open.forEach((socket) => socket.destroy());
  }

  public async stop(): Promise<void> {
    this.sockets.clients.forEach((client) => client.terminate());
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const { method = 'GET' } = request;
    const refusal = this.refusal(request, VERBS[method] ?? 'get');
    if (refusal) { sendStatus(response, ...refusal); return; }
    if (this.fault?.(request, response)) { return; }
    const path = new URL(request.url!, 'https://x').pathname;
    const [, , behind] = proxied(request.url!) ?? [];
    if (behind !== undefined) { this.proxy(request, response, behind, Buffer.concat(chunks)); return; }
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') { this.review(Buffer.concat(chunks), response); return; }
    if (method !== 'GET') { this.change(method, path, Buffer.concat(chunks).toString(), response); return; }
    const found = this.objects.get(path);
    if (found) { send(response, 200, found); return; }
    const items = this.list(request.url!);
    if (items) { send(response, 200, { kind: 'List', items }); } else { sendStatus(response, 404, 'NotFound', `${path} not found`); }
  }

  /** Creates, changes by a merge patch, or deletes an object. */
  private change(method: string, path: string, body: string, response: ServerResponse): void {
    const sent = body === '' ? undefined : JSON.parse(body) as StoredObject;
    const at = method === 'POST' ? `${path}/${sent!.metadata.name}` : path;
    const before = this.objects.get(at);
    if (method === 'POST' && before) { sendStatus(response, 409, 'AlreadyExists', `${at} already exists`); return; }
    if (method !== 'POST' && !before) { sendStatus(response, 404, 'NotFound', `${at} not found`); return; }
    if (method === 'DELETE') { this.objects.delete(at); } else { this.objects.set(at, merged(before, sent)); }
    send(response, method === 'POST' ? 201 : 200, this.objects.get(at) ?? before);
    this.onChange?.(method, at);
  }

  /** 401, 403 or nothing. */
  private refusal(request: IncomingMessage, verb: string): [number, string, string] | undefined {
    const path = new URL(request.url!, 'https://x').pathname;
    const { authorization } = request.headers;
    const certificate = (request.socket as TLSSocket).authorized ? (request.socket as TLSSocket).getPeerCertificate() : undefined;
    const rayToken = request.headers['x-ray-authorization'] as string | undefined;
    this.seen.push({ method: request.method!, path, authorization, rayToken, commonName: certificate?.subject?.CN as string | undefined });
    if (!certificate && !this.tokens.has(authorization?.replace(/^Bearer /, '') ?? '')) { return [401, 'Unauthorized', 'Unauthorized']; }
    const resource = resourceOf(path);
    const isList = verb === 'get' && !resource.includes('/') && this.isListPath(path);
    const right = `${isList ? 'list' : verb} ${resource}`;
    const message = `${resource} is forbidden: User "somebody" cannot ${isList ? 'list' : verb} resource "${resource}" in API group "" in the namespace "features"`;
    return this.forbidden.has(right) ? [403, 'Forbidden', message] : undefined;
  }

  private isListPath(path: string): boolean {
    return path.split('/').filter((part) => part !== '').length % 2 === (path.startsWith('/api/') ? 1 : 0);
  }

  private list(url: string): StoredObject[] | undefined {
    const { pathname, searchParams } = new URL(url, 'https://x');
    if (!this.isListPath(pathname)) { return undefined; }
    const [key, value] = searchParams.get('labelSelector')?.split('=') ?? [];
    return [...this.objects].filter(([path, { metadata: { labels } }]) =>
      path.startsWith(`${pathname}/`) && !path.slice(pathname.length + 1).includes('/')
      && (key === undefined || (value === undefined ? labels?.[key] !== undefined : labels?.[key] === value))).map(([, object]) => object);
  }

  private review(body: Buffer, response: ServerResponse): void {
    const asked = JSON.parse(body.toString()) as { spec: { resourceAttributes: Record<string, string> } };
    const { verb, resource, subresource } = asked.spec.resourceAttributes;
    const right = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
    send(response, 201, { status: { allowed: !this.forbidden.has(right) } });
  }

  private proxy(request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): void {
    if (this.head === undefined) { sendStatus(response, 503, 'ServiceUnavailable', 'no endpoints available for service "features-1-head-svc"'); return; }
    const { authorization: _, host: __, ...headers } = request.headers; // an API server keeps the token that it authenticated by
    const onward = httpRequest({ host: '127.0.0.1', port: this.head, method: request.method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', (error) => sendStatus(response, 503, 'ServiceUnavailable', `error trying to reach service: ${error.message}`));
    onward.end(body);
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => undefined);
    const refusal = this.refusal(request, 'get');
    if (refusal) { refuse(socket, ...refusal); return; }
    const [, , behind] = proxied(request.url!) ?? [];
    if (behind !== undefined) { this.proxyStream(request, socket, head, behind); return; }
    if (this.head === undefined) { refuse(socket, 500, 'InternalError', 'pod does not exist'); return; }
    this.sockets.handleUpgrade(request, socket, head, (client) => forward(client, this.head!));
  }

  private proxyStream(request: IncomingMessage, socket: Socket, head: Buffer, path: string): void {
    if (this.head === undefined) { refuse(socket, 503, 'ServiceUnavailable', 'no endpoints available'); return; }
    const { authorization: _, ...headers } = request.headers;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    const onward = connect(this.head, '127.0.0.1', () => {
      onward.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
  }
}

const VERBS: Record<string, string> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };

/** The fields of one object over those of another, as a merge patch has it. */
function merged(before: StoredObject | undefined, changes: StoredObject | undefined): StoredObject {
  const all: Record<string, unknown> = { ...before };
  for (const [field, value] of Object.entries(changes ?? {})) {
    const old = all[field];
    all[field] = typeof value === 'object' && value !== null && typeof old === 'object' ? { ...old, ...value } : value;
  }
  return all as unknown as StoredObject;
}

/** A forwarded port, by `v4.channel.k8s.io`. */
function forward(client: WebSocket, port: number): void {
  const preamble = Buffer.alloc(2);
  preamble.writeUInt16LE(8265);
  for (const channel of [0, 1]) { client.send(Buffer.concat([Buffer.of(channel), preamble])); }
  const onward = connect(port, '127.0.0.1');
  onward.on('data', (data: Buffer) => client.send(Buffer.concat([Buffer.of(0), data])));
  onward.on('error', (error) => client.send(Buffer.concat([Buffer.of(1), Buffer.from(error.message)])));
  onward.on('close', () => client.close());
  client.on('message', (data: Buffer) => onward.write(data.subarray(1)));
  client.on('close', () => onward.destroy());
}

/** The path behind the service proxy. */
function proxied(url: string): RegExpExecArray | null {
  return /^(\/api\/v1\/namespaces\/[^/]+\/services\/http:[^/]+:8265\/proxy)(\/.*)$/.exec(url);
}

/** `rayclusters`, `services/proxy`. */
function resourceOf(path: string): string {
  const [, resource, , subresource] = /\/namespaces\/[^/]+\/([^/]+)(\/[^/]+)?(?:\/([^/]+))?/.exec(path) ?? /^\/apis?\/.*?v1\/([^/]+)/.exec(path) ?? [];
  return subresource === undefined ? resource ?? path : `${resource}/${subresource}`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  send(response, code, statusObject(code, reason, message));
}

function refuse(socket: Socket, code: number, reason: string, message: string): void {
  const body = JSON.stringify(statusObject(code, reason, message));
  socket.end(`HTTP/1.1 ${code} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function statusObject(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
