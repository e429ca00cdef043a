import type { Agent } from 'http';
import { HttpAnswer, httpExchange } from './http-request';
import { NoContactError } from './no-contact';
import { SubmitterError } from './submitter-error';

/** One request to a Ray head. */
export interface HeadRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What opens a WebSocket to a Ray head. */
export interface Handshake {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly agent?: Agent;
}

/** The way that requests take to a Ray head: it knows which headers, certificates and connections they need. */
export interface Route {
  /**
   * @throws NoContactError when the head does not answer
   * @throws SubmitterError when the request is refused on the way
   */
  exchange(request: HeadRequest): Promise<HttpAnswer>;
  /** What a WebSocket takes, asked for before each: tokens change. */
  handshake(path: string): Promise<Handshake>;
  /** The error in an answer that is not Ray's but that of something on the way. */
  refusal(answer: HttpAnswer): Error | undefined;
}

/** How long one request may take. */
export const REQUEST_MS = 20_000;

/** Header of a request with a body. */
export const JSON_BODY = { 'content-type': 'application/json' };

/** Straight to an address. */
export class DirectRoute implements Route {
  /** @param agent makes the connections, where they are not plain ones */
  constructor(private readonly address: string, private readonly token: string | undefined, private readonly agent?: Agent) {}

  public async exchange({ method, path, body }: HeadRequest): Promise<HttpAnswer> {
    const headers = { ...this.headers(), ...(body === undefined ? {} : JSON_BODY) };
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await httpExchange(this.address + path, { method, headers, agent: this.agent }, text, REQUEST_MS);
    } catch (error) {
      throw error instanceof NoContactError || error instanceof SubmitterError ? error : new NoContactError(reasonOf(error));
    }
  }

  public async handshake(path: string): Promise<Handshake> {
    return { url: this.address.replace(/^http/, 'ws') + path, headers: this.headers(), agent: this.agent };
  }

  public refusal(): undefined {
    return undefined;
  }

  /** The token in both forms: some proxies eat the first. */
  private headers(): Record<string, string> {
    return this.token ? { 'authorization': `Bearer ${this.token}`, 'x-ray-authorization': `Bearer ${this.token}` } : {};
  }
}

/** Why a request had no answer, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ABORT_ERR' ? `no answer in ${REQUEST_MS / 1000} s` : code ?? message;
}
