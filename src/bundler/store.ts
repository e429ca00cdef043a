import { createHash } from 'crypto';
import { Readable } from 'stream';
import { BundleError } from './bundle-error';
import { sha256 } from './content-key';

/** An object of a store. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, by the store's clock. */
  readonly modifiedAt: Date;
}

/** What is to be stored. */
export interface NewObject {
  /** The bytes, or the path of a file that holds them where they are too many for memory. */
  readonly body: Uint8Array | string;
  readonly bytes: number;
  /** Of the bytes, in hex. Kept with the object by stores that can. */
  readonly sha256: string;
}

/** Bytes in memory as something to store. */
export function newObject(body: Uint8Array): NewObject {
  return { body, bytes: body.length, sha256: sha256(body) };
}

/** Where bundles live. Every write creates; nothing is ever overwritten. */
export interface BundleStore {
  /** As users write it: `file:///srv/bundles/`. */
  readonly url: string;
  /** What is below `prefix`, in one listing. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Stores `object` under `key` unless something is there already. Resolves to whether this call created it. */
  createOnly(key: string, object: NewObject, signal?: AbortSignal): Promise<boolean>;
  /** The object's bytes. @throws BundleError OBJECT_MISSING */
  read(key: string): Promise<Readable>;
  /** SHA-256 of the stored bytes, in hex. @throws BundleError OBJECT_MISSING */
  sha256(key: string): Promise<string>;
  /** Removes an object; one that is not there is no error. For the garbage collector only: a publish never deletes. */
  delete(key: string): Promise<void>;
}

/** Key of a shard's zip. */
export function shardKey(key: string): string {
  return `shards/${key}.zip`;
}

/** Key of the one zip of a root, for a Ray that fetches it itself. */
export function singleKey(rootDigest: string): string {
  return `single/${rootDigest}.zip`;
}

/** Key of a bundle's manifest. */
export function manifestKey(bundleDigest: string): string {
  return `manifests/${bundleDigest}.json`;
}

/** Key of the zip that carries the runtime itself. */
export function runtimeKey(key: string): string {
  return `runtime/${key}.zip`;
}

/** Reads a small object whole. */
export async function readAll(store: BundleStore, key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(store, key)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** SHA-256 of an object from its bytes, in hex. */
export async function hashObject(store: BundleStore, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytesOf(store, key)) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Each store's stream breaks off with an error of its own kind; here they are one. */
async function* bytesOf(store: BundleStore, key: string): AsyncIterable<Buffer> {
  const stream = await store.read(key);
  try {
    for await (const chunk of stream) {
      yield chunk as Buffer;
    }
  } catch (error) {
    if (error instanceof BundleError) { throw error; }
    throw new BundleError('STORE_REFUSED', `${store.url}${key}: the answer broke off (${(error as Error).name})`, 'run it again; when it stays, look at the network');
  }
}
