import type { PolicyRule } from '../../spec/pod-access';

/** One thing that the submitter does to one kind of resource: what RBAC grants or refuses. */
export interface Access {
  readonly verb: 'get' | 'list' | 'create' | 'patch' | 'delete';
  /** Empty: the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent: of the whole cluster. */
  readonly namespace?: string;
  readonly name?: string;
}

/** The path of what is accessed. */
export function pathOf({ group, version, namespace, resource, name, subresource }: Access): string {
  return [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    resource,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join('/');
}

/** `get services/proxy "x" in namespace y`. */
export function describeAccess({ verb, group, resource, subresource, namespace, name }: Access): string {
  const kind = `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${verb} ${kind}${name === undefined ? '' : ` ${JSON.stringify(name)}`}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

/** Whether a role with these rules grants it. */
export function isGranted(access: Access, rules: readonly PolicyRule[]): boolean {
  const resource = access.subresource === undefined ? access.resource : `${access.resource}/${access.subresource}`;
  return rules.some(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.includes(access.group) && resources.includes(resource) && verbs.includes(access.verb)
    && (resourceNames === undefined || (access.name !== undefined && resourceNames.includes(access.name))));
}
