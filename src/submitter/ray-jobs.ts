import { ExitCode } from './exit-code';
import { HttpAnswer } from './http-request';
import { lastLine } from './last-line';
import { NoContactError } from './no-contact';
import { DirectRoute, Handshake, reasonOf, Route } from './route';
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

/** A Ray head as it presents itself. */
export interface RayVersion {
  readonly ray_version: string;
  /** Another name means another head. */
  readonly session_name: string;
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

/** Answers to a POST that more tries would not change. */
const REFUSALS = [400, 405, 413, 415, 422];

/** Ray's Jobs REST API. */
export class RayJobsClient {
  /** @param address by which the head is known, whatever the way to it */
  constructor(public readonly address: string, private readonly token?: string, private readonly route: Route = new DirectRoute(address, token)) {}

  /** Ray's release and session. A new session name means that the head was replaced. */
  public async version(): Promise<RayVersion> {
    return this.get('/api/version') as Promise<RayVersion>;
  }

  /** The job, or undefined when this head does not know it. */
  public async job(id: string): Promise<RayJob | undefined> {
    return this.getIfThere(`/api/jobs/${encodeURIComponent(id)}`) as Promise<RayJob | undefined>;
  }

  public async jobs(): Promise<RayJob[]> {
    return this.get('/api/jobs/') as Promise<RayJob[]>;
  }

  /** All that the job has printed so far. */
  public async logs(id: string): Promise<string> {
    const answer = await this.getIfThere(`/api/jobs/${encodeURIComponent(id)}/logs`) as { logs?: string } | undefined;
    return answer?.logs ?? '';
  }

  /** The nodes that Ray knows, as its state API has them. */
  public async nodes(): Promise<unknown> {
    return this.get('/api/v0/nodes?detail=true&limit=10000');
  }

  /** Asks the job to stop; its status tells when it has. */
  public async stop(id: string): Promise<void> {
    this.parsed(await this.exchange('POST', `/api/jobs/${encodeURIComponent(id)}/stop`));
  }

  /** A duplicate id answers 500, and so does a head whose agent is not up yet: neither says whether the job is there. */
  public async submit(submission: RaySubmission): Promise<SubmissionAnswer> {
    try {
      const { status, body } = await this.exchange('POST', '/api/jobs/', submission);
      if (isOk(status)) { return { kind: 'accepted' }; }
      return { kind: REFUSALS.includes(status) ? 'refused' : 'unknown', reason: `${status}: ${whatIsWrong(body)}` };
    } catch (error) {
      if (error instanceof NoContactError) { return { kind: 'unknown', reason: error.message }; }
      throw error;
    }
  }

  /** What opens the stream of a job's log. */
  public logStream(id: string): Promise<Handshake> {
    return this.route.handshake(`/api/jobs/${encodeURIComponent(id)}/logs/tail`);
  }

  /** Why an answer is a refusal of us, whoever gave it; undefined: it is none. */
  public refusal(answer: HttpAnswer): Error | undefined {
    const onTheWay = this.route.refusal(answer);
    if (onTheWay) { return onTheWay; }
    return answer.status === 401 || answer.status === 403 ? notAuthorized(this.address, answer.status, this.token !== undefined) : undefined;
  }

  private async get(path: string): Promise<unknown> {
    return this.parsed(await this.exchange('GET', path));
  }

  private async getIfThere(path: string): Promise<unknown> {
    const answer = await this.exchange('GET', path);
    return answer.status === 404 ? undefined : this.parsed(answer);
  }

  private async exchange(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = await this.route.exchange({ method, path, body });
    const refusal = this.refusal(answer);
    if (refusal) { throw refusal; }
    return answer;
  }

  private parsed({ status, body }: HttpAnswer): unknown {
    if (!isOk(status)) { throw new NoContactError(`${status}: ${whatIsWrong(body)}`); }
    try {
      return JSON.parse(body);
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
function notAuthorized(address: string, status: number, tokenSent: boolean): SubmitterError {
  return new SubmitterError('NOT_AUTHORIZED', ExitCode.NOT_AUTHORIZED,
    tokenSent ? `${address} answers ${status}: the token is not this cluster's` : `${address} answers ${status}: it wants a token and none was given`,
    'set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the token of the cluster');
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Ray answers with a traceback. */
function whatIsWrong(body: string): string {
  return lastLine(body).slice(0, 300);
}
