import { readFileSync } from 'fs';
import { Agent, request } from 'https';
import { setTimeout as sleep } from 'timers/promises';
import WebSocket from 'ws';
import { parse } from 'yaml';

/** An object of Kubernetes, as far as the tests look into it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string>; readonly [field: string]: any };
  readonly [field: string]: any;
}

/** What the API server answered. */
export interface Answer {
  readonly status: number;
  /** An object, or a `Status` with a message. */
  readonly body: any;
}

/** The way in of somebody to a test bed. Nothing is retried, so that a test sees what a user would see. */
export class KubernetesClient {
  /** The way in that a kubeconfig of a test bed describes. */
  public static fromKubeconfig(path: string): KubernetesClient {
    const { clusters: [{ cluster }], users: [{ user }] } = parse(readFileSync(path, 'utf8'));
    return new KubernetesClient(cluster.server, Buffer.from(cluster['certificate-authority-data'], 'base64'), user.token);
  }

  private readonly agent: Agent;
  private readonly resources = new Map<string, Promise<{ name: string; namespaced: boolean }>>();

  private constructor(private readonly server: string, ca: Buffer, private readonly token: string) {
    this.agent = new Agent({ ca, keepAlive: true });
  }

  /** The same server as somebody else. */
  public as(token: string): KubernetesClient {
    return Object.assign(Object.create(KubernetesClient.prototype), { ...this, token });
  }

  public async send(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, ...(text ? { 'content-type': contentType, 'content-length': Buffer.byteLength(text) } : {}) };
      const sent = request(`${this.server}${path}`, { method, headers, agent: this.agent, timeout: 60_000 }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk) => { answer += chunk; });
        response.on('end', () => resolve({ status: response.statusCode!, body: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(answer) : answer }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Creates an object; an unknown field is an error, as nowhere else does anybody hear of it. */
  public async create(object: KubeObject): Promise<Answer> {
    return this.send('POST', `${await this.path(object)}?fieldValidation=Strict`, object);
  }

  /** What would come of creating it: all checks, and no object. */
  public async tryToCreate(object: KubeObject): Promise<Answer> {
    return this.send('POST', `${await this.path(object)}?fieldValidation=Strict&dryRun=All`, object);
  }

  /** Creates objects, in order. @throws Error with what the server says of the first that it refuses */
  public async apply(objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      const { status, body } = await this.create(object);
      if (status !== 201) { throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.message ?? JSON.stringify(body)}`); }
    }
  }

  /** The object as it stands, or undefined. */
  public async get(object: KubeObject): Promise<KubeObject | undefined> {
    const { status, body } = await this.send('GET', `${await this.path(object)}/${object.metadata.name}`);
    return status === 200 ? body : undefined;
  }

  /** Puts an object in the place of the one of its name. */
  public async replace(object: KubeObject): Promise<void> {
    const { status, body } = await this.send('PUT', `${await this.path(object)}/${object.metadata.name}`, object);
    if (status !== 200) { throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.message}`); }
  }

  public async delete(object: KubeObject, graceSeconds?: number): Promise<Answer> {
    return this.send('DELETE', `${await this.path(object)}/${object.metadata.name}`, graceSeconds === undefined ? undefined : { gracePeriodSeconds: graceSeconds });
  }

  /** Runs a command in the first container of a pod. */
  public async exec(pod: KubeObject, ...command: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
    const { metadata: { name, namespace }, spec } = pod;
    const query = [`container=${spec.containers[0].name}`, ...command.map((word) => `command=${encodeURIComponent(word)}`), 'stdout=true', 'stderr=true'].join('&');
    const url = `${this.server.replace(/^http/, 'ws')}/api/v1/namespaces/${namespace}/pods/${name}/exec?${query}`;
    const socket = new WebSocket(url, ['v5.channel.k8s.io'], { headers: { authorization: `Bearer ${this.token}` }, agent: this.agent });
    const channels = ['', '', '', ''];
    socket.on('message', (data: Buffer) => { channels[data[0]] += data.subarray(1).toString(); });
    await new Promise((resolve, reject) => socket.on('close', resolve).on('error', reject));
    const [, stdout, stderr, status] = channels;
    const { details } = JSON.parse(status) as { details?: { causes?: { reason: string; message: string }[] } };
    return { stdout, stderr, code: Number(details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message ?? 0) };
  }

  /** The log of a pod from its start to its end, in the parts in which it came, each with when. */
  public async followLog({ metadata: { name, namespace } }: KubeObject): Promise<{ text: string; at: number }[]> {
    const url = `${this.server}/api/v1/namespaces/${namespace}/pods/${name}/log?follow=true`;
    const parts: { text: string; at: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      request(url, { headers: { authorization: `Bearer ${this.token}` }, agent: this.agent }, (response) => {
        response.setEncoding('utf8').on('data', (text: string) => parts.push({ text, at: Date.now() }));
        response.on('end', resolve).on('error', reject);
      }).on('error', reject).end();
    });
    return parts;
  }

  /** All of a kind in a namespace. */
  public async list(apiVersion: string, kind: string, namespace: string, labelSelector = ''): Promise<KubeObject[]> {
    const path = await this.path({ apiVersion, kind, metadata: { name: '', namespace } });
    const { status, body } = await this.send('GET', `${path}?labelSelector=${encodeURIComponent(labelSelector)}`);
    if (status !== 200) { throw new Error(`list ${kind}: ${status} ${body.message}`); }
    return body.items.map((item: object) => ({ apiVersion, kind, ...item })); // what a list leaves out
  }

  /** The warnings in a namespace, as one line each. */
  public async warnings(namespace: string): Promise<string[]> {
    const events = await this.list('v1', 'Event', namespace);
    return events.filter(({ type }) => type === 'Warning').map(({ involvedObject, reason, message }) => `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`);
  }

  /** A namespace of its own, whose name begins so. */
  public async newNamespace(prefix: string, labels: Record<string, string> = {}): Promise<string> {
    const { status, body } = await this.send('POST', '/api/v1/namespaces', { metadata: { generateName: `${prefix}-`, labels } });
    if (status !== 201) { throw new Error(`namespace: ${status} ${body.message}`); }
    const name = body.metadata.name as string;
    await until(`the service account of ${name}`, async () => (await this.get({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })) !== undefined);
    return name;
  }

  private async path({ apiVersion, kind, metadata }: KubeObject): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const key = `${root} ${kind}`;
    if (!this.resources.has(key)) { this.resources.set(key, this.resource(root, kind)); }
    const { name, namespaced } = await this.resources.get(key)!;
    return namespaced ? `${root}/namespaces/${metadata.namespace ?? 'default'}/${name}` : `${root}/${name}`;
  }

  private async resource(root: string, kind: string): Promise<{ name: string; namespaced: boolean }> {
    const { body } = await this.send('GET', root);
    const found = body.resources?.find((resource: { kind: string; name: string }) => resource.kind === kind && !resource.name.includes('/'));
    if (!found) { throw new Error(`the API server has no ${kind} in ${root}`); }
    return found;
  }
}

/** Whether a condition in the status of an object is true. */
export function hasCondition(object: KubeObject | undefined, type: string): boolean {
  const conditions = (object?.status?.conditions ?? []) as { type: string; status: string }[];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/** Waits for something to be so. @throws Error that says what was not so */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) { return found; }
    if (Date.now() > deadline) { throw new Error(`not so after ${timeoutMs / 1000} s: ${what}`); }
    await sleep(100);
  }
}
