import { Access, pathOf } from './access';
import { ApiServer, forbidden } from './api-server';
import { statusIn } from './status';
import { HttpAnswer } from '../http-request';
import { NoContactError } from '../no-contact';
import { HeadRequest, Handshake, Route } from '../route';

/**
 * Through the API server's proxy for services: no listener, nothing to keep open, and it finds the pod of a headless service itself.
 *
 * `Authorization` is the API server's own, so Ray's token travels in the header that Ray has for that.
 */
export class ServiceProxyRoute implements Route {
  private readonly path: string;

  /** @param access the right to it */
  constructor(private readonly server: ApiServer, private readonly access: Access, private readonly token: string | undefined) {
    this.path = pathOf(access);
  }

  public async exchange({ method, path, body }: HeadRequest): Promise<HttpAnswer> {
    try {
      return await this.server.exchange({ method, path: this.path + path, headers: this.rayHeaders(), body });
    } catch (error) {
      throw error instanceof NoContactError ? new NoContactError(withHint(error.message)) : error;
    }
  }

  public async handshake(path: string): Promise<Handshake> {
    const { headers, agent } = await this.server.identity();
    return { url: this.server.address.replace(/^http/, 'ws') + this.path + path, headers: { ...headers, ...this.rayHeaders() }, agent };
  }

  /** What is a Status comes from the API server. One that says anything but "not you" means that no Ray head was asked. */
  public refusal(answer: HttpAnswer): Error | undefined {
    const status = statusIn(answer);
    if (!status) { return isGatewayAnswer(answer.status) ? new NoContactError(`the API server's proxy answers ${answer.status}`) : undefined; }
    if (answer.status === 403) { return forbidden({ ...this.access, verb: / cannot create /.test(status.message ?? '') ? 'create' : 'get' }, answer); }
    return new NoContactError(withHint(`the API server's proxy answers ${answer.status}: ${status.message ?? status.reason ?? 'nothing more'}`));
  }

  private rayHeaders(): Record<string, string> {
    return this.token ? { 'x-ray-authorization': `Bearer ${this.token}` } : {};
  }
}

/** Packets that a network policy drops are never answered, neither to us nor to the API server. */
function withHint(message: string): string {
  return /no answer in|timeout/.test(message) ? `${message} (where network policies keep the API server from the head, --via port-forward passes)` : message;
}

/** Load balancers before an API server answer so, too, and not with a Status. */
function isGatewayAnswer(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
