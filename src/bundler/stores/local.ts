import { randomUUID } from 'crypto';
import { createReadStream } from 'fs';
import { link, mkdir, open, readdir, stat, unlink } from 'fs/promises';
import { dirname, join } from 'path';
import { Readable } from 'stream';
import { pathToFileURL } from 'url';
import { BundleError } from '../bundle-error';
import { BundleStore, hashObject, NewObject, StoredObject } from '../store';

/** A directory on this machine or on a file system that the workers mount. */
export class LocalStore implements BundleStore {
  public readonly url: string;

  constructor(private readonly root: string) {
    const url = pathToFileURL(root).href;
    this.url = url.endsWith('/') ? url : `${url}/`;
  }

  public async *list(prefix: string): AsyncIterable<StoredObject> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    for (const name of await this.names(folder)) {
      const key = folder + name;
      if (name.startsWith('.') || !key.startsWith(prefix)) { continue; } // a dot: somebody's write under way
      const stats = await stat(join(this.root, key)).catch(ignoreMissing); // the garbage collector may have been faster
      if (stats) { yield { key, bytes: stats.size, modifiedAt: stats.mtime }; }
    }
  }

  /** Temporary file, fsync, hard link: the object appears whole or not at all, and the first writer wins. */
  public async createOnly(key: string, { body }: NewObject, signal?: AbortSignal): Promise<boolean> {
    const path = join(this.root, key);
    const temporary = join(dirname(path), `.${randomUUID()}`); // no two writers share one, not even on two machines with one file system
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(temporary, body, signal);
      await link(temporary, path);
      await syncDirectory(dirname(path));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') { return false; }
      if (signal?.aborted) { throw error; }
      throw new BundleError('STORE_REFUSED', `${this.url}${key}: ${(error as Error).message}`, 'check that the directory exists, is writable and has room');
    } finally {
      await unlink(temporary).catch(() => undefined); // it may never have been made
    }
  }

  public async read(key: string): Promise<Readable> {
    await this.mustExist(key);
    return createReadStream(join(this.root, key));
  }

  public async sha256(key: string): Promise<string> {
    return hashObject(this, key);
  }

  public async delete(key: string): Promise<void> {
    await unlink(join(this.root, key)).catch(ignoreMissing).catch((error: Error) => {
      throw new BundleError('STORE_REFUSED', `${this.url}${key}: ${error.message}`, 'check that the directory is writable');
    });
  }

  private async names(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.root, folder))).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') { return []; } // nothing was published yet
      throw new BundleError('STORE_REFUSED', `${this.url}${folder}: ${(error as Error).message}`, 'check that it is a readable directory');
    }
  }

  private async mustExist(key: string): Promise<void> {
    try {
      await stat(join(this.root, key));
    } catch {
      throw new BundleError('OBJECT_MISSING', `${this.url}${key} is not there`, 'publish the bundle again');
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') { return undefined; }
  throw error;
}

async function writeDurably(path: string, body: Uint8Array | string, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    if (typeof body === 'string') {
      for await (const chunk of createReadStream(body, { signal })) {
        await file.writeFile(chunk as Buffer);
      }
    } else {
      await file.writeFile(body, { signal });
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
