import { resolve } from 'path';
import { pathToFileURL } from 'url';
import { invalidValue } from '../spec/invalid-value';

/** Where bundles are kept. Publishing creates objects in it and never overwrites one. */
export class BundleStore {
  /**
   * A directory. Nodes must see it under the same path as this machine.
   *
   * @param path the directory; need not exist yet
   * @throws when there is none
   */
  public static local(path: string): BundleStore {
    if (typeof path !== 'string' || path === '') {
      throw invalidValue({ path: 'BundleStore.local', at: 'path', got: path, expected: 'a directory', fix: "BundleStore.local('/mnt/bundles')" });
    }
    return new BundleStore(`${pathToFileURL(resolve(path)).href}/`);
  }

  /**
   * An S3 bucket.
   *
   * Region and credentials are those of whoever publishes, and of the pods that read: none is written into a manifest.
   *
   * @param bucket name of the bucket
   * @param prefix what the keys begin with; without it bundles share the root of the bucket
   * @throws when the name can't be that of a bucket
   */
  public static s3(bucket: string, prefix: string = ''): BundleStore {
    if (!isNamed(bucket, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)) {
      throw invalidValue({ path: 'BundleStore.s3', at: 'bucket', got: bucket, expected: 'the name of a bucket, without s3://', fix: "BundleStore.s3('acme-bundles', 'features/')" });
    }
    return new BundleStore(`s3://${bucket}/${folder('BundleStore.s3', prefix)}`);
  }

  /**
   * A bucket of Google Cloud Storage.
   *
   * @param bucket name of the bucket
   * @param prefix what the keys begin with; without it bundles share the root of the bucket
   * @throws when the name can't be that of a bucket
   */
  public static gcs(bucket: string, prefix: string = ''): BundleStore {
    if (!isNamed(bucket, /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/)) {
      throw invalidValue({ path: 'BundleStore.gcs', at: 'bucket', got: bucket, expected: 'the name of a bucket, without gs://', fix: "BundleStore.gcs('acme-bundles', 'features/')" });
    }
    return new BundleStore(`gs://${bucket}/${folder('BundleStore.gcs', prefix)}`);
  }

  /**
   * A container of Azure Blob Storage.
   *
   * @param account name of the storage account, without its domain
   * @param container name of the container
   * @param prefix what the keys begin with; without it bundles share the root of the container
   * @throws when a name can't be that of an account or of a container
   */
  public static azure(account: string, container: string, prefix: string = ''): BundleStore {
    const fix = "BundleStore.azure('acmestorage', 'bundles', 'features/')";
    if (!isNamed(account, /^[a-z0-9]{3,24}$/)) {
      throw invalidValue({ path: 'BundleStore.azure', at: 'account', got: account, expected: 'the name of a storage account: 3 to 24 lower-case letters and digits', fix });
    }
    if (!isNamed(container, /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)) {
      throw invalidValue({ path: 'BundleStore.azure', at: 'container', got: container, expected: 'the name of a container: 3 to 63 lower-case letters, digits and single hyphens', fix });
    }
    return new BundleStore(`az://${account}/${container}/${folder('BundleStore.azure', prefix)}`);
  }

  /** @param url ends in `/` */
  private constructor(public readonly url: string) {}
}

/** Whether a name is a text that looks as it has to: a pattern alone takes what is undefined for that word. */
function isNamed(name: unknown, form: RegExp): boolean {
  return typeof name === 'string' && form.test(name);
}

/** A prefix without slashes around it, and one behind it. */
function folder(path: string, prefix: string): string {
  if (typeof prefix !== 'string') {
    throw invalidValue({ path, at: 'prefix', got: prefix, expected: 'what the keys begin with', fix: "leave it out, or write 'features/'" });
  }
  const name = prefix.replace(/^\/+|\/+$/g, '');
  return name ? `${name}/` : '';
}
