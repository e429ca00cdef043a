import { createReadStream } from 'fs';
import { readFile } from 'fs/promises';
import { Readable } from 'stream';
import { setTimeout } from 'timers/promises';
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { parseAddress, StoreAddress } from './address';
import { objectMissing } from './refusal';
import { isMissing, s3Refused, statusOf } from './s3-refusal';
import { loadSdk } from './sdk';
import { BundleError } from '../bundle-error';
import { BundleStore, hashObject, NewObject, StoredObject } from '../store';

const PACKAGES = ['@aws-sdk/client-s3', '@aws-sdk/lib-storage'];

/** Up to here one PUT: S3 checks the SHA-256, and the SDK can send the bytes, which it then holds, again. */
const SINGLE_PUT_BYTES = 64 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
/** The SDK backs off with jitter between them; half a minute in all. */
const SDK_ATTEMPTS = 7;
/** Of writes that met another of the same key. */
const WRITE_ATTEMPTS = 6;

/**
 * A bucket of S3, or of a store that speaks its language.
 *
 * Region, credentials and endpoint are found as the AWS SDK finds them.
 *
 * A store that ignores `If-None-Match` and answers 200 has the object written twice. That is harmless where both are the same bytes,
 * as two machines with one zlib make them; where they differ, readers find by the SHA-256 of the manifest what is not its shard.
 */
export class S3Store implements BundleStore {
  public readonly url: string;
  private readonly address: StoreAddress;
  private opened?: { sdk: typeof import('@aws-sdk/client-s3'); client: S3Client };

  /** @param url `s3://BUCKET/PREFIX/` */
  constructor(url: string) {
    this.address = parseAddress(url, 's3://BUCKET/PREFIX/');
    this.url = this.address.url;
  }

  public async *list(prefix: string): AsyncIterable<StoredObject> {
    const { sdk, client } = this.open();
    let token: string | undefined;
    do {
      const command = new sdk.ListObjectsV2Command({ ...this.at(prefix), Prefix: this.address.prefix + prefix, ContinuationToken: token });
      const page = await this.ask(prefix, () => client.send(command));
      for (const { Key, Size, LastModified } of wholePage(page, this.url + prefix)) {
        yield { key: Key!.slice(this.address.prefix.length), bytes: Size!, modifiedAt: LastModified! };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  public async createOnly(key: string, object: NewObject, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await (object.bytes <= SINGLE_PUT_BYTES ? this.put(key, object, signal) : this.upload(key, object, signal));
        return true;
      } catch (error) {
        if (statusOf(error) === 412) { return false; }
        if (signal?.aborted || error instanceof BundleError) { throw error; }
        const metAnother = statusOf(error) === 409 || (error as Error).name === 'NoSuchUpload';
        if (!metAnother || attempt === WRITE_ATTEMPTS) { throw s3Refused(this.url + key, error); }
        await setTimeout(Math.random() * 100 * 2 ** attempt, undefined, { signal });
      }
    }
  }

  public async read(key: string): Promise<Readable> {
    const { sdk, client } = this.open();
    const { Body } = await this.ask(key, () => client.send(new sdk.GetObjectCommand(this.at(key))));
    return Body as Readable;
  }

  /** As the writer declared it, and S3 checked for a single PUT; of what something else wrote, from the bytes. */
  public async sha256(key: string): Promise<string> {
    const { sdk, client } = this.open();
    const { Metadata } = await this.ask(key, () => client.send(new sdk.HeadObjectCommand(this.at(key))));
    return /^[0-9a-f]{64}$/.test(Metadata?.sha256 ?? '') ? Metadata!.sha256 : hashObject(this, key);
  }

  public async delete(key: string): Promise<void> {
    const { sdk, client } = this.open();
    await this.ask(key, () => client.send(new sdk.DeleteObjectCommand(this.at(key))));
  }

  private async put(key: string, { body, sha256 }: NewObject, abortSignal?: AbortSignal): Promise<void> {
    const { sdk, client } = this.open();
    const Body = typeof body === 'string' ? await readFile(body) : body;
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
    await client.send(new sdk.PutObjectCommand({ ...this.at(key), Body, ChecksumSHA256, IfNoneMatch: '*', Metadata: { sha256 } }), { abortSignal });
  }

  /** In parts; a failed one is aborted, so that no part stays behind. */
  private async upload(key: string, { body, bytes, sha256 }: NewObject, signal?: AbortSignal): Promise<void> {
    const { client } = this.open();
    const { Upload } = loadSdk<typeof import('@aws-sdk/lib-storage')>('@aws-sdk/lib-storage', this.url, PACKAGES);
    const Body = typeof body === 'string' ? createReadStream(body) : body;
    const params = { ...this.at(key), Body, ContentLength: bytes, IfNoneMatch: '*', Metadata: { sha256 } };
    const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: 4 });
    const abort = () => void upload.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } finally {
      signal?.removeEventListener('abort', abort);
      if (Body instanceof Readable) { Body.destroy(); }
    }
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.containers[0], Key: this.address.prefix + key };
  }

  private async ask<T>(key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw isMissing(error) ? objectMissing(this.url + key) : s3Refused(this.url + key, error);
    }
  }

  private open() {
    if (!this.opened) {
      const sdk = loadSdk<typeof import('@aws-sdk/client-s3')>('@aws-sdk/client-s3', this.url, PACKAGES);
      const isElsewhere = Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL); // such stores rarely have a host name per bucket
      const client = new sdk.S3Client({
        maxAttempts: SDK_ATTEMPTS,
        retryMode: 'standard',
        forcePathStyle: isElsewhere,
        followRegionRedirects: true,
        requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
      });
      this.opened = { sdk, client };
    }
    return this.opened;
  }
}

/** A listing that lost its end would have shards published again, or collected, that are there. */
function wholePage({ Contents = [], IsTruncated, KeyCount = Contents.length, NextContinuationToken }: ListObjectsV2CommandOutput, url: string) {
  if (IsTruncated === undefined || KeyCount !== Contents.length || (IsTruncated && !NextContinuationToken)) {
    throw new BundleError('LISTING_CUT', `${url}: got a listing of ${Contents.length} keys without its end, expected ${KeyCount} keys and where to go on`,
      'run it again; look for a proxy before the store that cuts its answers');
  }
  return Contents;
}
