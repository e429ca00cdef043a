/** A place in S3: a bucket, and what the keys begin with. */
export interface S3Place {
  readonly bucket: string;
  /** Without a slash at either end. Empty: all of the bucket. */
  readonly prefix: string;
}

const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** Reads `s3://BUCKET/PREFIX`; nothing when it isn't one. */
export function s3Place(url: string): S3Place | undefined {
  const [, bucket, path = ''] = S3_URL.exec(url) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: bare(path) };
}

/** Writes a place as a URL that ends in a slash. */
export function s3Url({ bucket, prefix }: S3Place): string {
  return `s3://${bucket}/${prefix === '' ? '' : `${prefix}/`}`;
}

/** Whether one of two prefixes lies in the other. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map(folder);
  return a.startsWith(b) || b.startsWith(a);
}

/** A prefix without slashes around it. */
export function bare(prefix: string): string {
  return prefix.replace(/^\/+|\/+$/g, '');
}

function folder(prefix: string): string {
  const name = bare(prefix);
  return name === '' ? '' : `${name}/`;
}
