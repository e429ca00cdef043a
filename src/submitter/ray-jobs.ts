import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';

/** Ray's states of a job; the last three never change. */
export type RayJobStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';

/** The facts of a Ray job that we use. Times in milliseconds. */
export interface RayJob {
  readonly submission_id: string | null;
  readonly status: RayJobStatus;
  readonly message?: string | null;
  readonly error_type?: string | null;
  readonly metadata?: Record<string, string> | null;
  readonly start_time?: number | null;
  readonly end_time?: number | null;
}

/** What a submission needs. */
export interface RaySubmission {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: Record<string, unknown>;
  readonly metadata: Record<string, string>;
}

/** What became of a POST. `unknown`: the answer did not come or says nothing; only a GET can tell. */
export type SubmissionAnswer = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly reason: string } | { readonly kind: 'unknown'; readonly reason: string };

/** No answer at all, as against an answer that we do not like. */
export class NoContactError extends Error {}

/** How long one request may take. */
const REQUEST_MS = 20_000;

/** Ray's Jobs REST API. */
export class RayJobsClient {
  constructor(public readonly address: string, private readonly token: string | undefined) {}

  /** Headers that carry the token, in both forms: some proxies eat the first. */
  public headers(): Record<string, string> {
    return this.token ? { 'authorization': `Bearer ${this.token}`, 'x-ray-authorization': `Bearer ${this.token}` } : {};
  }

  /** Ray's release and session. A new session name means that the head was replaced. */
  public async version(): Promise<{ ray_version: string; session_name: string }> {
    return this.json(await this.request('GET', '/api/version')) as Promise<{ ray_version: string; session_name: string }>;
  }

  public async job(id: string): Promise<RayJob | undefined> {
    const response = await this.request('GET', `/api/jobs/${encodeURIComponent(id)}`);
    return response.status === 404 ? undefined : this.json(response) as Promise<RayJob>;
  }

  public async jobs(): Promise<RayJob[]> {
    return this.json(await this.request('GET', '/api/jobs/')) as Promise<RayJob[]>;
  }

  public async logs(id: string): Promise<string> {
    const response = await this.request('GET', `/api/jobs/${encodeURIComponent(id)}/logs`);
    if (response.status === 404) { return ''; }
    return (await this.json(response) as { logs: string }).logs;
  }

  public async stop(id: string): Promise<void> {
    await this.json(await this.request('POST', `/api/jobs/${encodeURIComponent(id)}/stop`));
  }

  /** Only 400 is a refusal: a duplicate id answers 500, and so does a head whose agent is not up yet. */
  public async submit(submission: RaySubmission): Promise<SubmissionAnswer> {
    try {
      const response = await this.request('POST', '/api/jobs/', submission);
      if (response.ok) { return { kind: 'accepted' }; }
      const reason = `${response.status}: ${firstLine(await response.text())}`;
      return response.status === 400 ? { kind: 'refused', reason } : { kind: 'unknown', reason };
    } catch (error) {
      if (error instanceof NoContactError) { return { kind: 'unknown', reason: error.message }; }
      throw error;
    }
  }

  private async request(method: string, path: string, body?: unknown): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.address + path, {
        method,
        headers: { ...this.headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'error', // a redirect would carry the token to another host
        signal: AbortSignal.timeout(REQUEST_MS),
      });
    } catch (error) {
      throw new NoContactError(reasonOf(error));
    }
    if (response.status === 401 || response.status === 403) { throw notAuthorized(this.address, response.status, this.token !== undefined); }
    return response;
  }

  private async json(response: Response): Promise<unknown> {
    if (!response.ok) {
      throw new NoContactError(`${response.status} ${response.statusText}: ${firstLine(await response.text())}`);
    }
    try {
      return await response.json();
    } catch (error) {
      throw new NoContactError(`the answer is not Ray's: ${reasonOf(error)}`);
    }
  }
}

/** Whether a job has ended for good. */
export function isTerminal(status: RayJobStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'STOPPED';
}

/** The error for a cluster that wants another token. */
export function notAuthorized(address: string, status: number, tokenSent: boolean): SubmitterError {
  return new SubmitterError('NOT_AUTHORIZED', ExitCode.NOT_AUTHORIZED,
    tokenSent ? `${address} answers ${status}: the token is not this cluster's` : `${address} answers ${status}: it wants a token and none was given`,
    'set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the token of the cluster');
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

function firstLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines[lines.length - 1].slice(0, 300); // Ray answers with a traceback; its last line says what is wrong
}
