import { Readable } from 'stream';
import type { Bucket, File } from '@google-cloud/storage';
import { parseAddress, StoreAddress } from './address';
import { neverSilent, within } from './patience';
import { Fixes, isNetworkError, objectMissing, Refusal, storeRefused } from './refusal';
import { loadSdk } from './sdk';
import { BundleError } from '../bundle-error';
import { BundleStore, hashObject, NewObject, StoredObject } from '../store';

const PACKAGES = ['@google-cloud/storage'];

/** From here in chunks, each of which the SDK can send again. */
const RESUMABLE_BYTES = 8 * 1024 * 1024;

/** For an answer; the SDK's own repeats are in it, and end before it does: the SDK knows no abort. */
const PATIENCE_MS = 90_000;
/** An upload gets more: what a slow line needs for its bytes. */
const SLOW_BYTES_PER_MS = 100;

const FIXES: Fixes = {
  'no-credentials': 'sign in (gcloud auth application-default login), or give the pod a service account by Workload Identity',
  'bad-credentials': 'sign in again; check GOOGLE_APPLICATION_CREDENTIALS and the clock of this machine',
  'denied': 'grant storage.objects.list, get and create on the bucket (delete for gc): role Storage Object User',
  'no-container': 'check the name of the bucket, or create it',
  'elsewhere': 'check the name of the bucket',
  'out-of-reach': 'check the network, then run it again: it goes on from what is there',
};

/** A bucket of Google Cloud Storage. Credentials are found as Google's SDK finds them, which also repeats what failed for a moment. */
export class GcsStore implements BundleStore {
  public readonly url: string;
  private readonly address: StoreAddress;
  private opened?: Bucket;

  /** @param url `gs://BUCKET/PREFIX/` */
  constructor(url: string, private readonly patienceMs: number = PATIENCE_MS) {
    this.address = parseAddress(url, 'gs://BUCKET/PREFIX/');
    this.url = this.address.url;
  }

  public async *list(prefix: string): AsyncIterable<StoredObject> {
    let pageToken: string | undefined;
    do {
      const query = { prefix: this.address.prefix + prefix, autoPaginate: false, pageToken };
      const [files, next] = await this.ask(prefix, () => this.bucket().getFiles(query));
      for (const { name, metadata } of files) {
        yield { key: name.slice(this.address.prefix.length), bytes: Number(metadata.size), modifiedAt: new Date(metadata.updated!) };
      }
      pageToken = (next as { pageToken?: string } | null)?.pageToken;
    } while (pageToken);
  }

  /** The SDK knows no abort: a signal is looked at before the write, which then ends whole or not at all. */
  public async createOnly(key: string, object: NewObject, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    try {
      await within(this.patienceMs + object.bytes / SLOW_BYTES_PER_MS, this.write(this.file(key), object));
      return true;
    } catch (error) {
      if (statusOf(error) === 412) { return false; }
      throw this.refused(key, error);
    }
  }

  public async read(key: string): Promise<Readable> {
    await this.metadata(key); // a stream would tell only once somebody reads it
    return neverSilent(this.patienceMs, this.file(key).createReadStream());
  }

  /** As the writer declared it; of what something else wrote, from the bytes. */
  public async sha256(key: string): Promise<string> {
    const declared = (await this.metadata(key)).metadata?.sha256;
    return typeof declared === 'string' && /^[0-9a-f]{64}$/.test(declared) ? declared : hashObject(this, key);
  }

  public async delete(key: string): Promise<void> {
    await this.ask(key, () => this.file(key).delete({ ignoreNotFound: true }));
  }

  private async write(file: File, { body, bytes, sha256 }: NewObject): Promise<void> {
    const options = { resumable: bytes > RESUMABLE_BYTES, preconditionOpts: { ifGenerationMatch: 0 }, metadata: { metadata: { sha256 } } };
    if (typeof body === 'string') {
      await this.bucket().upload(body, { ...options, destination: file });
    } else {
      await file.save(Buffer.from(body.buffer, body.byteOffset, body.byteLength), options);
    }
  }

  private async metadata(key: string) {
    const [metadata] = await this.ask(key, () => this.file(key).getMetadata().catch((error: Error) => {
      throw statusOf(error) === 404 && !/bucket/i.test(error.message) ? objectMissing(this.url + key) : error;
    }));
    return metadata;
  }

  private file(key: string): File {
    return this.bucket().file(this.address.prefix + key);
  }

  private bucket(): Bucket {
    if (!this.opened) {
      const { Storage } = loadSdk<typeof import('@google-cloud/storage')>('@google-cloud/storage', this.url, PACKAGES);
      const patience = this.patienceMs / 1000;
      const storage = new Storage({ retryOptions: { autoRetry: true, maxRetries: 6, totalTimeout: patience / 1.5, maxRetryDelay: patience / 6 } });
      const emulator = process.env.STORAGE_EMULATOR_HOST;
      if (emulator) { storage.baseUrl = `${emulator.replace(/\/+$/, '')}/storage/v1`; } // the SDK forgets the path then
      this.opened = storage.bucket(this.address.containers[0]);
    }
    return this.opened;
  }

  private async ask<T>(key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await within(this.patienceMs, send());
    } catch (error) {
      throw this.refused(key, error);
    }
  }

  private refused(key: string, error: unknown): BundleError {
    return error instanceof BundleError ? error : storeRefused(this.url + key, error, refusalOf(error as Error), FIXES);
  }
}

/** HTTP status of an error of the SDK, which writes it as a number or as text. */
function statusOf(error: unknown): number {
  return Number((error as { code?: unknown }).code);
}

function refusalOf(error: Error): Refusal {
  if (/could not load the default credentials/i.test(error.message)) { return 'no-credentials'; }
  if (statusOf(error) === 401 || /invalid_(grant|rapt|client)/.test(error.message)) { return 'bad-credentials'; }
  if (statusOf(error) === 403) { return 'denied'; }
  if (statusOf(error) === 404) { return 'no-container'; }
  return isNetworkError(error) ? 'out-of-reach' : 'other';
}
