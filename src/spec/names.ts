/**
 * Names of Kubernetes objects: joined from parts, kept within their budget, told apart by a hash instead of cut in silence.
 */

import { createHash } from 'crypto';

/** How long a name may be, by what bears it. */
export const NameLimit = {
  /** KubeRay derives pod and service names from it. Source: KubeRay `validation.go`, `MaxRayClusterNameLength`. */
  RAY_CLUSTER: 53,
  /** Secret, Role and ingress of a cluster bear its name, cut from the front beyond this. Source: KubeRay `util.go`, `CheckName`. */
  RAY_CLUSTER_UNCUT: 50,
  /** RayJobs and RayServices; five characters and a dash go to the cluster's own name. Source: KubeRay `validation.go`. */
  RAY_JOB: 47,
  /** Each run adds eleven characters to make a RayJob's name. Source: KubeRay `constant.go`. */
  RAY_CRON_JOB: 36,
  /** Each run adds eleven characters. Source: Kubernetes documentation, CronJob. */
  CRON_JOB: 52,
  /** A DNS label, and the value of a label. */
  LABEL: 63,
  /** A DNS subdomain, the limit of most objects. */
  SUBDOMAIN: 253,
} as const;

/** The name of a namespace: a DNS-1123 label, which a digit may begin. Source: Kubernetes documentation, namespaces and DNS. */
export const NAMESPACE = {
  is: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  expected: `at most ${NameLimit.LABEL} lower case letters, digits and dashes, none of the latter at an end`,
  fix: 'use a plain word such as "features"',
} as const;

/** Characters of a hash that tells one name from another. */
export const NAME_HASH_LENGTH = 8;

const DNS_1123_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DNS_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** What to join into a name. */
export interface NameRequest {
  /** Parts from the general to the particular, such as `['features', 'head']`. */
  readonly parts: string[];
  /** Length at most; one of {@link NameLimit}. */
  readonly limit: number;
}

/**
 * Joins parts into a DNS-1035 name: lower case letters, digits and dashes, a letter first.
 *
 * Equal neighbours are written once. A name that had to be changed or cut ends in a hash of what was asked for, so that texts that look alike
 * afterwards still give different names.
 *
 * @throws when no part holds a letter or a digit.
 */
export function objectName(request: NameRequest): string {
  const parts = request.parts.filter((part, i) => part !== request.parts[i - 1]);
  const wanted = parts.join('-');
  if (DNS_1035.test(wanted) && wanted.length <= request.limit) {
    return wanted;
  }
  const legal = slug(wanted);
  if (legal === '') {
    throw new Error(`name: got ${JSON.stringify(wanted)}, expected at least one letter or digit.`);
  }
  return withHash(legal, hashOf(wanted), request.limit);
}

/** Name of the ConfigMap in which an environment has its stack descriptor. */
export function stackConfigMapName(environment: string): string {
  return objectName({ parts: [environment, 'stack'], limit: NameLimit.SUBDOMAIN });
}

/** Joins a name and a hash, cutting the name where both together exceed the limit. */
export function withHash(name: string, hash: string, limit: number): string {
  const room = limit - hash.length - 1;
  return `${name.slice(0, room).replace(/-+$/, '')}-${hash}`;
}

/** A short hash of any JSON value, equal for equal content. Keys count in the order in which they stand. */
export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, NAME_HASH_LENGTH);
}

/** Whether `name` is a DNS-1035 label within `limit`. */
export function isObjectName(name: string, limit: number): boolean {
  return DNS_1035.test(name) && name.length <= limit;
}

/** Whether `name` is a DNS-1123 subdomain within `limit`: labels with dots between them. */
export function isSubdomain(name: string, limit: number = NameLimit.SUBDOMAIN): boolean {
  return DNS_1123_SUBDOMAIN.test(name) && name.length <= limit;
}

function slug(text: string): string {
  const dashed = text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return /^[0-9]/.test(dashed) ? `n${dashed}` : dashed;
}
