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
   * @param bucket name of the bucket
   * @param prefix what the keys begin with; without it bundles share the root of the bucket
   * @throws when the name can't be that of a bucket
   */
  public static s3(bucket: string, prefix: string = ''): BundleStore {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
      throw invalidValue({ path: 'BundleStore.s3', at: 'bucket', got: bucket, expected: 'the name of a bucket, without s3://', fix: "BundleStore.s3('acme-bundles', 'features/')" });
    }
    const folder = prefix.replace(/^\/+|\/+$/g, '');
    return new BundleStore(`s3://${bucket}/${folder ? `${folder}/` : ''}`);
  }

  /** @param url ends in `/` */
  private constructor(public readonly url: string) {}
}
