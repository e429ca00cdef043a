import { Agent, AgentOptions } from 'http';
import type { Duplex } from 'stream';
import WebSocket from 'ws';
import { Access, pathOf } from './access';
import { ApiServer, forbidden } from './api-server';
import { ForwardedConnection } from './forwarded-connection';
import { statusIn } from './status';
import { collect } from '../http-request';
import { NoContactError } from '../no-contact';

/** Source: Kubernetes `k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go`. */
const PROTOCOL = 'v4.channel.k8s.io';

/** How long a connection may take to open. */
const OPEN_MS = 20_000;

/** Which pod a connection goes to: asked for each time, since a head that is replaced is another pod. */
export type PodOf = () => Promise<string>;

/**
 * Connections to a port of a pod, by way of the API server: one WebSocket each, and no listener on this machine.
 *
 * HTTP requests and WebSockets use it as their agent, and so come to be forwarded.
 */
export class PortForwardAgent extends Agent {
  /** @param access the right to it; the name of the pod is filled in */
  constructor(private readonly server: ApiServer, private readonly access: Access, private readonly podOf: PodOf, private readonly port: number) {
    super({ keepAlive: false }); // a stream over WebSockets can't be half closed, and so is never reused
  }

  /** Called by Node.js for each new connection. */
  public createConnection(_options: AgentOptions, callback: (error: Error | null, stream?: Duplex) => void): undefined {
    this.open().then((stream) => callback(null, stream), (error: Error) => callback(error));
    return undefined;
  }

  private async open(): Promise<Duplex> {
    const access = { ...this.access, name: await this.podOf() };
    const { headers, agent } = await this.server.identity();
    const url = `${this.server.address.replace(/^http/, 'ws')}${pathOf(access)}?ports=${this.port}`;
    const socket = new WebSocket(url, [PROTOCOL], { headers, agent, handshakeTimeout: OPEN_MS, perMessageDeflate: false, maxPayload: 0 });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new ForwardedConnection(socket)));
      socket.once('error', (error) => reject(new NoContactError(`port-forward to pod ${access.name}: ${error.message}`)));
      socket.once('unexpected-response', (_request, response) => {
        collect(response).then((answer) => {
          socket.terminate();
          const why = statusIn(answer)?.message ?? 'nothing more';
          const isForbidden = answer.status === 403 && statusIn(answer) !== undefined;
          reject(isForbidden ? forbidden(access, answer) : new NoContactError(`port-forward to pod ${access.name}: answer ${answer.status}: ${why}`));
        }, reject);
      });
    });
  }
}
