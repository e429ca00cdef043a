/**
 * Builds what a role may do with tables and bundles in S3: the prefixes that it works on, and no more.
 *
 * There is no `s3:HeadObject`: a HEAD takes `s3:GetObject`, and `s3:ListBucket` for the answer that an object isn't there.
 */

import { EksCluster, PolicyStatement, policyText } from './iam-policies';
import { S3Place } from './s3-places';

/** What a role works on. */
export interface DataAccess {
  readonly partition: string;
  /** Places that it reads. */
  readonly reads: readonly S3Place[];
  /** Places that it writes, and reads. */
  readonly writes: readonly S3Place[];
  /** Places to which it adds, without the right to delete, and which it reads. */
  readonly adds: readonly S3Place[];
  /** ARNs of the keys that encrypt them. */
  readonly kmsKeyArns: readonly string[];
}

const READ = ['s3:GetObject'];
/** Parts of a large object can be given up and listed by who may put it. */
const ADD = [...READ, 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
const WRITE = [...ADD, 's3:DeleteObject'];

/** What the role of the Ray pods may do. */
export function workloadPolicy(access: DataAccess): string {
  return policyText(...dataStatements(access));
}

/** What the role of submitters may do: find the cluster, read bundles and add to them. What they may do in the cluster is said there. */
export function submitterPolicy(cluster: EksCluster, access: DataAccess): string {
  return policyText({ Sid: 'FindTheCluster', Effect: 'Allow', Action: ['eks:DescribeCluster'], Resource: [cluster.arn] }, ...dataStatements(access));
}

function dataStatements(access: DataAccess): PolicyStatement[] {
  const { partition, reads, writes, adds, kmsKeyArns } = access;
  return [
    ...objects('Read', READ, partition, reads),
    ...objects('Add', ADD, partition, adds),
    ...objects('Write', WRITE, partition, writes),
    ...listing(partition, [...reads, ...adds, ...writes]),
    ...keys(kmsKeyArns, writes.length + adds.length > 0),
  ];
}

function objects(Sid: string, actions: string[], partition: string, places: readonly S3Place[]): PolicyStatement[] {
  const Resource = distinct(places.map(({ bucket, prefix }) => `arn:${partition}:s3:::${bucket}/${prefix === '' ? '*' : `${prefix}/*`}`));
  return Resource.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action: actions, Resource }];
}

/** A statement a bucket: the condition on what is listed is of the bucket's own prefixes. */
function listing(partition: string, places: readonly S3Place[]): PolicyStatement[] {
  return distinct(places.map(({ bucket }) => bucket)).map((bucket, i) => {
    const prefixes = places.filter((place) => place.bucket === bucket).map(({ prefix }) => prefix);
    const patterns = distinct(prefixes.flatMap((prefix) => prefix === '' ? ['*'] : [prefix, `${prefix}/*`]));
    return {
      Sid: `List${i}`,
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: [`arn:${partition}:s3:::${bucket}`],
      Condition: { StringLike: { 's3:prefix': patterns } },
    };
  });
}

/** Keys by way of S3 alone. */
function keys(arns: readonly string[], writes: boolean): PolicyStatement[] {
  return arns.length === 0 ? [] : [{
    Sid: 'UseKeys',
    Effect: 'Allow',
    Action: ['kms:Decrypt', ...(writes ? ['kms:GenerateDataKey'] : [])],
    Resource: distinct(arns),
    Condition: { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 's3.*.amazonaws.com.cn'] } },
  }];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
