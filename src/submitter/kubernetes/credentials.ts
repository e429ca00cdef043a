import { readFileSync } from 'fs';
import { Agent, RequestOptions } from 'https';
import { LoadedKubeConfig } from './kube-config';
import { ExitCode } from '../exit-code';
import { lastLine } from '../last-line';
import { NoContactError } from '../no-contact';
import { SubmitterError } from '../submitter-error';

/** Who we are to an API server, as a request says it. */
export interface Identity {
  readonly headers: Record<string, string>;
  /** Makes connections with our certificate, and trusts the cluster's. */
  readonly agent: Agent;
}

/** How long an answer of a plugin, or a token that was read, is used before it is asked for again. Many requests come within a second. */
const FRESH_MS = 10_000;

/** Plugins that open a browser wait for their user; more than this is not an answer. */
const PLUGIN_MS = 60_000;

type User = NonNullable<ReturnType<LoadedKubeConfig['config']['getCurrentUser']>>;

/** The credentials of a kubeconfig. They change while a run is followed: plugins issue new tokens, and files are rotated. */
export class Credentials {
  private loaded: LoadedKubeConfig;
  private current?: { readonly identity: Promise<Identity>; readonly until: number };
  private hasWorked = false;
  private agents = new Map<string, Agent>();

  /** @param load reads the kubeconfig */
  constructor(private readonly load: () => LoadedKubeConfig) {
    this.loaded = load();
  }

  public get server(): string {
    return this.loaded.server;
  }

  public get context(): string | undefined {
    return this.loaded.context;
  }

  /** The client certificate, when that is how we say who we are. In PEM. */
  public get certificate(): string | undefined {
    const { certFile, certData } = this.loaded.config.getCurrentUser() ?? {};
    if (certFile) { return readFileSync(certFile, 'utf8'); }
    return certData ? Buffer.from(certData, 'base64').toString() : undefined;
  }

  /**
   * Asked for before each request.
   *
   * @throws SubmitterError CREDENTIALS_FAILED
   * @throws NoContactError when they worked before: what issues them may be out of reach with all else
   */
  public async identity(): Promise<Identity> {
    if (!this.current || Date.now() > this.current.until) { this.current = { identity: this.ask(), until: Date.now() + FRESH_MS }; }
    try {
      const identity = await this.current.identity;
      this.hasWorked = true;
      return identity;
    } catch (error) {
      this.current = undefined;
      const failure = failed(error as NodeJS.ErrnoException, this.loaded);
      throw this.hasWorked ? new NoContactError(failure.message) : failure;
    }
  }

  /** Forgets all of it: the server takes it no more, and somebody may have logged in anew. */
  public renew(): void {
    this.loaded = this.load();
    this.current = undefined;
  }

  private async ask(): Promise<Identity> {
    const { config } = this.loaded;
    const options: RequestOptions = { headers: {} };
    await withinLimit(config.applyToHTTPSOptions(options));
    const headers = Object.entries(options.headers as Record<string, string>).map(([name, value]) => [name, value.trim()]);
    const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
    if (auth) { headers.push(['Authorization', `Basic ${Buffer.from(auth).toString('base64')}`]); }
    const viaProxy = config.getCurrentCluster()?.proxyUrl ? options.agent as Agent : undefined;
    return {
      headers: Object.fromEntries(headers) as Record<string, string>,
      agent: viaProxy ?? this.agentFor({ ca, cert, key, servername, rejectUnauthorized, keepAlive: true }),
    };
  }

  /** The same certificates, the same connections: each new one is three round trips. */
  private agentFor(options: ConstructorParameters<typeof Agent>[0] & object): Agent {
    const name = JSON.stringify(options);
    const agent = this.agents.get(name) ?? new Agent(options);
    this.agents = new Map([[name, agent]]);
    return agent;
  }
}

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PLUGIN_MS / 1000} s`)), PLUGIN_MS);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(error: NodeJS.ErrnoException, { config }: LoadedKubeConfig): SubmitterError {
  const user = config.getCurrentUser();
  const exec = user?.exec as { command?: string; installHint?: string } | undefined;
  if (!exec) {
    return credentialsFailed(`user ${nameOf(user)} of the kubeconfig: ${error.message}`, 'log in to the cluster again, or correct the kubeconfig');
  }
  const plugin = `user ${nameOf(user)} of the kubeconfig: plugin ${exec.command}`;
  if (error.code === 'ENOENT') {
    return credentialsFailed(`${plugin} is not installed, or not in PATH`, exec.installHint?.trim().split('\n')[0] || `install ${exec.command}`);
  }
  if (error instanceof SyntaxError || error instanceof TypeError) { // the library takes what is printed for an ExecCredential, whatever it is
    return credentialsFailed(`${plugin} printed no ExecCredential`, `run ${exec.command} by hand, with its arguments from the kubeconfig`);
  }
  return credentialsFailed(`${plugin} failed: ${lastLine(error.message).slice(0, 300) || 'it printed nothing'}`, 'log in as the plugin says, then run the command again');
}

function credentialsFailed(message: string, fix: string): SubmitterError {
  return new SubmitterError('CREDENTIALS_FAILED', ExitCode.NOT_AUTHORIZED, message, fix);
}

function nameOf(user: User | null): string {
  return user?.name ?? 'of this pod';
}
