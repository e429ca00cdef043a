import { X509Certificate } from 'crypto';
import { Access, describeAccess, pathOf } from './access';
import { Credentials, Identity } from './credentials';
import { List } from './objects';
import { statusIn } from './status';
import { ExitCode } from '../exit-code';
import { HttpAnswer, httpExchange } from '../http-request';
import { NoContactError } from '../no-contact';
import { JSON_BODY, reasonOf, REQUEST_MS } from '../route';
import { SubmitterError } from '../submitter-error';

/** What goes with a request, beside who we are. */
export interface ApiRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Which objects of a list. */
export type Selector = { readonly labelSelector: string } | { readonly fieldSelector: string };

const METHOD: Record<Access['verb'], string> = { get: 'GET', list: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' };

const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };

/** What TLS says of a server whose certificate is not the one that the kubeconfig tells to expect. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ALTNAME/;

/** The API server of a cluster. */
export class ApiServer {
  constructor(private readonly credentials: Credentials) {}

  public get address(): string {
    return this.credentials.server;
  }

  /** Absent: we are a pod of the cluster. */
  public get context(): string | undefined {
    return this.credentials.context;
  }

  /** Who we are, for requests that are made elsewhere. */
  public identity(): Promise<Identity> {
    return this.credentials.identity();
  }

  /**
   * One request, as who we are. Credentials that it refuses are asked for anew, once.
   *
   * @throws NoContactError when it does not answer
   * @throws SubmitterError KUBERNETES_UNAUTHORIZED or KUBERNETES_UNTRUSTED
   */
  public async exchange(request: ApiRequest): Promise<HttpAnswer> {
    const first = await this.once(request);
    if (!isUnauthorized(first)) { return first; }
    this.credentials.renew();
    const second = await this.once(request);
    if (isUnauthorized(second)) { throw this.unauthorized(); }
    return second;
  }

  /**
   * Reads, creates, changes or deletes an object, or reads a list of them. A change is a merge patch.
   *
   * @returns undefined when it is not there; of one that is to be created, when it is there already
   * @throws NoContactError when the server does not answer, or can't now
   * @throws SubmitterError KUBERNETES_FORBIDDEN, KUBERNETES_REFUSED, and those of {@link exchange}
   */
  public async ask<Found>(access: Access, { query = '', body }: { readonly query?: string; readonly body?: unknown } = {}): Promise<Found | undefined> {
    const headers = access.verb === 'patch' ? MERGE_PATCH : undefined;
    const answer = await this.exchange({ method: METHOD[access.verb], path: pathOf(access) + query, headers, body });
    if (answer.status === 404 || (answer.status === 409 && access.verb === 'create')) { return undefined; }
    if (answer.status === 403) { throw forbidden(access, answer); }
    if (answer.status === 400 || answer.status === 422) { throw refused(access, answer); }
    if (answer.status >= 300) { throw new NoContactError(`${this.address} answers ${answer.status}: ${statusIn(answer)?.message ?? 'nothing more'}`); }
    try {
      return JSON.parse(answer.body) as Found;
    } catch {
      throw new NoContactError(`what answers at ${this.address} is no API server`);
    }
  }

  /** The objects of a list that a selector of labels or fields matches. Errors are those of {@link ask}. */
  public async list<Item>(access: Access, selector: Selector): Promise<readonly Item[]> {
    const found = await this.ask<List<Item>>(access, { query: `?${new URLSearchParams({ ...selector })}` });
    return found?.items ?? [];
  }

  private async once({ method, path, headers, body }: ApiRequest): Promise<HttpAnswer> {
    const { headers: own, agent } = await this.credentials.identity();
    const all = { ...(body === undefined ? {} : JSON_BODY), ...headers, ...own, accept: 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await httpExchange(this.address + path, { method, headers: all, agent }, text, REQUEST_MS);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason.startsWith('ERR_OSSL')) { throw this.unreadable(reason); }
      throw UNTRUSTED.test(reason) ? this.untrusted(reason) : new NoContactError(`the API server ${this.address}: ${reason}`);
    }
  }

  private unreadable(reason: string): SubmitterError {
    return new SubmitterError('CREDENTIALS_FAILED', ExitCode.NOT_AUTHORIZED, `a certificate or key of the kubeconfig for ${this.address} can't be read: ${reason}`, 'get the kubeconfig anew');
  }

  private untrusted(reason: string): SubmitterError {
    return new SubmitterError('KUBERNETES_UNTRUSTED', ExitCode.NOT_AUTHORIZED, `the API server ${this.address} shows a certificate that the kubeconfig does not trust: ${reason}`,
      'get the kubeconfig anew: the cluster may have been made again, or its certificate authority changed');
  }

  private unauthorized(): SubmitterError {
    const expired = expiredOn(this.credentials.certificate);
    return new SubmitterError('KUBERNETES_UNAUTHORIZED', ExitCode.NOT_AUTHORIZED,
      `the API server ${this.address} does not take our credentials (401)${expired ? `: the client certificate expired on ${expired}` : ': they expired, or are of another cluster'}`,
      this.context === undefined ? 'the token of this pod is not valid: look at its service account' : 'log in to the cluster again, or get the kubeconfig anew');
  }
}

/** The error for a right that is missing. */
export function forbidden(access: Access, answer: HttpAnswer): SubmitterError {
  const message = statusIn(answer)?.message ?? `answer ${answer.status}`;
  const [, user] = /User "([^"]+)"/.exec(message) ?? [];
  return new SubmitterError('KUBERNETES_FORBIDDEN', ExitCode.NOT_AUTHORIZED, `not allowed to ${describeAccess(access)}${user ? `, as ${user}` : `: ${message}`}`, grantFor(access, user));
}

function refused(access: Access, answer: HttpAnswer): SubmitterError {
  return new SubmitterError('KUBERNETES_REFUSED', ExitCode.USAGE, `the API server refuses to ${describeAccess(access)}: ${statusIn(answer)?.message ?? `answer ${answer.status}`}`,
    'geneva-stack doctor --target cluster tells whether the KubeRay of the cluster is the one that the stack is for');
}

function grantFor({ subresource }: Access, user: string | undefined): string {
  if (user === 'system:anonymous') { return 'the kubeconfig does not say who you are: log in to the cluster, or pass another --context'; }
  if (subresource === 'portforward') { return 'use --via proxy, the default; or environment.addSubmitters({ portForward: true, ... }) in the app'; }
  return 'environment.addSubmitters({ users: [...], groups: [...] }) in the app emits the Role ENVIRONMENT-submit, which has all that it takes, and its binding';
}

/** A 401 of the API server itself; Ray's, through the proxy, is no Status. */
function isUnauthorized(answer: HttpAnswer): boolean {
  return answer.status === 401 && statusIn(answer) !== undefined;
}

function expiredOn(certificate: string | undefined): string | undefined {
  if (certificate === undefined) { return undefined; }
  const { validTo } = new X509Certificate(certificate);
  return Date.parse(validTo) < Date.now() ? validTo : undefined;
}
