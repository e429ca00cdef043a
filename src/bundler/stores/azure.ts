import { Readable } from 'stream';
import type { BlobServiceClient, BlockBlobClient, ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { parseAddress, StoreAddress } from './address';
import { Fixes, isNetworkError, objectMissing, Refusal, storeRefused } from './refusal';
import { loadSdk } from './sdk';
import { BundleError } from '../bundle-error';
import { BundleStore, hashObject, NewObject, StoredObject } from '../store';

const PACKAGES = ['@azure/storage-blob', '@azure/identity'];

/** Up to here one request; above, blocks that appear as one blob when the last one is there. */
const SINGLE_PUT_BYTES = 64 * 1024 * 1024;
const BLOCK_BYTES = 8 * 1024 * 1024;
const RETRY = { retryOptions: { maxTries: 7, retryDelayInMs: 200, maxRetryDelayInMs: 20_000 } } satisfies StoragePipelineOptions;

const FIXES: Fixes = {
  'no-credentials': 'sign in (az login), give the pod a workload identity, or set AZURE_STORAGE_CONNECTION_STRING',
  'bad-credentials': 'sign in again; check AZURE_STORAGE_CONNECTION_STRING and the clock of this machine',
  'denied': 'assign the role Storage Blob Data Contributor on the container, and allow this network in the firewall of the account',
  'no-container': 'check the names of the account and of the container, or create the container',
  'elsewhere': 'check the name of the account',
  'out-of-reach': 'check the network and the name of the account, then run it again: it goes on from what is there',
};

/** A container of Azure Blob Storage. Identity is that of the environment, or a connection string. */
export class AzureStore implements BundleStore {
  public readonly url: string;
  private readonly address: StoreAddress;
  private opened?: ContainerClient;

  /** @param url `az://ACCOUNT/CONTAINER/PREFIX/` */
  constructor(url: string) {
    this.address = parseAddress(url, 'az://ACCOUNT/CONTAINER/PREFIX/');
    this.url = this.address.url;
  }

  public async *list(prefix: string): AsyncIterable<StoredObject> {
    const pages = this.container().listBlobsFlat({ prefix: this.address.prefix + prefix })[Symbol.asyncIterator]();
    for (let next = await this.ask(prefix, () => pages.next()); !next.done; next = await this.ask(prefix, () => pages.next())) {
      const { name, properties } = next.value;
      yield { key: name.slice(this.address.prefix.length), bytes: properties.contentLength!, modifiedAt: properties.lastModified };
    }
  }

  public async createOnly(key: string, { body, sha256 }: NewObject, abortSignal?: AbortSignal): Promise<boolean> {
    abortSignal?.throwIfAborted();
    const options = { abortSignal, conditions: { ifNoneMatch: '*' }, metadata: { sha256 }, maxSingleShotSize: SINGLE_PUT_BYTES, blockSize: BLOCK_BYTES, concurrency: 4 };
    try {
      const blob = this.blob(key);
      await (typeof body === 'string' ? blob.uploadFile(body, options) : blob.uploadData(body, options));
      return true;
    } catch (error) {
      const code = codeOf(error);
      // InvalidBlockList: somebody's commit of the same blob threw our blocks away.
      if (code === 'BlobAlreadyExists' || code === 'InvalidBlockList' || statusOf(error) === 412) { return false; }
      throw abortSignal?.aborted ? error : this.refused(key, error);
    }
  }

  public async read(key: string): Promise<Readable> {
    const { readableStreamBody } = await this.ask(key, () => this.blob(key).download());
    return readableStreamBody as Readable;
  }

  /** As the writer declared it; of what something else wrote, from the bytes. */
  public async sha256(key: string): Promise<string> {
    const { metadata } = await this.ask(key, () => this.blob(key).getProperties());
    return /^[0-9a-f]{64}$/.test(metadata?.sha256 ?? '') ? metadata!.sha256 : hashObject(this, key);
  }

  public async delete(key: string): Promise<void> {
    await this.ask(key, () => this.blob(key).deleteIfExists());
  }

  private blob(key: string): BlockBlobClient {
    return this.container().getBlockBlobClient(this.address.prefix + key);
  }

  private container(): ContainerClient {
    return this.opened ??= this.service().getContainerClient(this.address.containers[1]);
  }

  private service(): BlobServiceClient {
    const sdk = loadSdk<typeof import('@azure/storage-blob')>('@azure/storage-blob', this.url, PACKAGES);
    const account = this.address.containers[0];
    const connection = process.env.AZURE_STORAGE_CONNECTION_STRING;
    if (!connection) {
      const { DefaultAzureCredential } = loadSdk<Identity>('@azure/identity', this.url, PACKAGES);
      return new sdk.BlobServiceClient(`https://${account}.blob.core.windows.net`, new DefaultAzureCredential(), RETRY);
    }
    const service = sdk.BlobServiceClient.fromConnectionString(connection, RETRY);
    if (service.accountName !== account) {
      throw new BundleError('STORE_REFUSED', `${this.url}: AZURE_STORAGE_CONNECTION_STRING is of account ${service.accountName}, expected ${account}`,
        'unset it, or take the one of this account');
    }
    return service;
  }

  private async ask<T>(key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.refused(key, error);
    }
  }

  private refused(key: string, error: unknown): Error {
    if (error instanceof BundleError) { return error; }
    return codeOf(error) === 'BlobNotFound' ? objectMissing(this.url + key) : storeRefused(this.url + key, error, refusalOf(error as Error), FIXES);
  }
}

/** What is used of `@azure/identity`, which nobody needs who has a connection string. */
interface Identity {
  readonly DefaultAzureCredential: new () => { getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null> };
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** The service's own code; a HEAD has no body, so there it comes as a header. */
function codeOf(error: unknown): string | undefined {
  const { code, details } = error as { code?: string; details?: { errorCode?: string } };
  return details?.errorCode ?? code;
}

function refusalOf(error: Error): Refusal {
  const code = codeOf(error) ?? '';
  if (/^(CredentialUnavailableError|AggregateAuthenticationError)$/.test(error.name)) { return 'no-credentials'; }
  if (error.name === 'AuthenticationError' || statusOf(error) === 401 || /^(AuthenticationFailed|InvalidAuthenticationInfo)$/.test(code)) { return 'bad-credentials'; }
  if (statusOf(error) === 403) { return 'denied'; }
  if (code === 'ContainerNotFound') { return 'no-container'; }
  return isNetworkError(error) || isNetworkError({ code }) ? 'out-of-reach' : 'other';
}
