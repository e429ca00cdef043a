import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';
import { NameLimit, objectName } from '../spec/names';

/** Of which environment an object is. */
interface Owner {
  /** Name of the environment. */
  readonly name: string;
  readonly namespaceName: string;
}

/** How an object of an environment is told from its others. */
interface ObjectNaming {
  /** Id of the construct, and what is added to the environment's name. */
  readonly suffix: string;
  /** Characters of the name, at most. Absent: those of a DNS subdomain. */
  readonly limit?: number;
  readonly labels?: { readonly [key: string]: string };
}

type ObjectProps = ApiObjectProps & { readonly spec?: unknown };

/** Emits an object of an environment: named after it, in its namespace. */
export function emitEnvironmentObject(scope: Construct, owner: Owner, naming: ObjectNaming, object: ObjectProps): ApiObject {
  const { suffix, limit = NameLimit.SUBDOMAIN, labels } = naming;
  const name = objectName({ parts: [owner.name, suffix], limit });
  return new ApiObject(scope, suffix, { ...object, metadata: { name, namespace: owner.namespaceName, labels } });
}

/** Emits a NetworkPolicy of an environment. */
export function emitNetworkPolicy(scope: Construct, owner: Owner, { suffix, spec }: { readonly suffix: string; readonly spec: object }): ApiObject {
  return emitEnvironmentObject(scope, owner, { suffix }, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec });
}
