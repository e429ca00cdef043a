import { resolve } from 'path';
import { pathToFileURL } from 'url';
import { invalidValue } from '../spec/invalid-value';

/** Where bundles are kept. Publishing creates objects in it and never overwrites one. */
export class BundleStore {
  /**
   * A directory. Nodes must see it under the same path as this machine.
   *
   * @param path the directory; need not exist yet
   */
  public static local(path: string): BundleStore {
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
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
      throw invalidValue({ path: 'BundleStore.s3', at: 'bucket', got: bucket, expected: 'the name of a bucket, without s3://', fix: "BundleStore.s3('acme-bundles', 'features/')" });
    }
    return new BundleStore(`s3://${bucket}/${folder(prefix)}`);
  }

  /**
   * A bucket of Google Cloud Storage.
   *
   * @param bucket name of the bucket
   * @param prefix what the keys begin with; without it bundles share the root of the bucket
   * @throws when the name can't be that of a bucket
   */
  public static gcs(bucket: string, prefix: string = ''): BundleStore {
    if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) {
      throw invalidValue({ path: 'BundleStore.gcs', at: 'bucket', got: bucket, expected: 'the name of a bucket, without gs://', fix: "BundleStore.gcs('acme-bundles', 'features/')" });
    }
    return new BundleStore(`gs://${bucket}/${folder(prefix)}`);
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
    if (!/^[a-z0-9]{3,24}$/.test(account)) {
      throw invalidValue({ path: 'BundleStore.azure', at: 'account', got: account, expected: 'the name of a storage account: 3 to 24 lower-case letters and digits', fix });
    }
    if (!/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(container)) {
      throw invalidValue({ path: 'BundleStore.azure', at: 'container', got: container, expected: 'the name of a container: 3 to 63 lower-case letters, digits and single hyphens', fix });
    }
    return new BundleStore(`az://${account}/${container}/${folder(prefix)}`);
  }

  /** @param url ends in `/` */
  private constructor(public readonly url: string) {}
}

/** A prefix without slashes around it, and one behind it. */
function folder(prefix: string): string {
  const name = prefix.replace(/^\/+|\/+$/g, '');
  return name ? `${name}/` : '';
}
