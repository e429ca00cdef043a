import { Construct } from 'constructs';
import { invalidValue } from '../spec/invalid-value';
import { isSubdomain, NAMESPACE } from '../spec/names';

/** Refuses what can't be the name of a namespace, and gives back what can. */
export function requireNamespace(construct: Construct, got: string): string {
  if (typeof got !== 'string' || !NAMESPACE.is.test(got)) {
    throw invalidValue({ path: construct.node.path, at: 'namespaceName', got, expected: NAMESPACE.expected, fix: NAMESPACE.fix });
  }
  return got;
}

/** Refuses what can't be the name of a service account, where one was given. Source: Kubernetes documentation, service accounts: a DNS subdomain. */
export function requireServiceAccountName(construct: Construct, got: string | undefined): void {
  if (got !== undefined && !(typeof got === 'string' && isSubdomain(got))) {
    const expected = 'the name of a service account: lower case letters, digits, dashes and dots';
    throw invalidValue({ path: construct.node.path, at: 'serviceAccountName', got, expected, fix: 'use the account\'s own name, such as "ray", or leave it out' });
  }
}
