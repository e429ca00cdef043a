import { ChildProcess, spawn } from 'child_process';
import { createConnection } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { freePorts } from '../../../src/submitter/local/free-port';
import { StoreServers, storeServers } from '../../../tools/store-servers/make';
import { temporaryDirectory } from '../../temporary-directory';

/** Making the servers on a fresh machine takes minutes. */
export const SERVER_TIMEOUT_MS = 900_000;

/** The key of the test servers. No secret: nobody from outside this machine reaches them. */
export const TEST_KEY = { id: 'test-access', secret: 'test-secret-0123456789' };

const LOOPBACK = '127.0.0.1';

/** Account and key that every Azurite has, from its documentation. */
const AZURITE = { account: 'devstoreaccount1', key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==' };

/** A server that runs until {@link stop}. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an S3 server, and points the AWS SDK of this process to it. */
export async function startS3(host = LOOPBACK): Promise<RunningServer> {
  const folder = temporaryDirectory();
  const server = await start('versitygw', (port) => ['--port', `${host}:${port}`, '--access', TEST_KEY.id, '--secret', TEST_KEY.secret, '--quiet', 'posix', folder], host);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: TEST_KEY.id,
    AWS_SECRET_ACCESS_KEY: TEST_KEY.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return server;
}

/** Starts a Google Cloud Storage server, and points Google's SDK in this process to it. */
export async function startGcs(): Promise<RunningServer> {
  const folder = temporaryDirectory();
  const server = await start('fakeGcs', (port) => [
    '-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-public-host', `127.0.0.1:${port}`, '-external-url', `http://127.0.0.1:${port}`,
    '-backend', 'filesystem', '-filesystem-root', folder, '-log-level', 'error',
  ]);
  process.env.STORAGE_EMULATOR_HOST = server.url;
  return server;
}

/** Starts an Azure Blob server, and points Azure's SDK in this process to it. */
export async function startAzure(): Promise<RunningServer & { account: string }> {
  const folder = temporaryDirectory();
  const server = await start('azurite', (port) => ['--blobHost', '127.0.0.1', '--blobPort', `${port}`, '--location', folder, '--silent', '--disableTelemetry', '--skipApiVersionCheck']);
  process.env.AZURE_STORAGE_CONNECTION_STRING =
    `DefaultEndpointsProtocol=http;AccountName=${AZURITE.account};AccountKey=${AZURITE.key};BlobEndpoint=${server.url}/${AZURITE.account};`;
  return { ...server, account: AZURITE.account };
}

async function start(name: keyof StoreServers, args: (port: number) => string[], host = LOOPBACK): Promise<RunningServer> {
  const [program, ...first] = (await storeServers())[name];
  const [port] = await freePorts(1);
  const child = spawn(program, [...first, ...args(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  await listening(child, host, port).catch((error: Error) => { throw new Error(`${name}: ${error.message}\n${output.join('')}`); });
  return { url: `http://${host}:${port}`, stop: () => stopped(child) };
}

async function listening(child: ChildProcess, host: string, port: number): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null || child.signalCode !== null) { throw new Error(`ended with ${child.exitCode ?? child.signalCode}`); }
    if (await answers(host, port)) { return; }
  }
  child.kill('SIGKILL');
  throw new Error(`did not listen on port ${port} within 30 s`);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, host);
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) { return resolve(); }
    child.on('close', () => resolve());
    child.kill('SIGKILL');
  });
}
