import { Role, RoleBinding } from '@pulumi/kubernetes/rbac/v1';
import { all, Input, Output } from '@pulumi/pulumi';
import { ChildOptions } from './child-options';
import { SubmittersArgs } from './compute-environment-args';
import { StackDescriptor } from '../descriptor/stack-descriptor';
import { NameLimit, objectName, stackConfigMapName } from '../spec/names';
import { RBAC } from '../spec/pod-access';
import { submitterAccess, submitterSubjects } from '../spec/submitter-access';

/** The environment whose jobs people submit. */
export interface SubmittedEnvironment {
  /** Name of the environment. */
  readonly label: string;
  readonly namespace: Input<string>;
  readonly descriptor: Output<StackDescriptor>;
  /** Groups in which those are that are let in by AWS. */
  readonly awsGroups: Input<string>[];
}

/** Lets people submit jobs by way of the API server, and no more than that: the counterpart of `addSubmitters` of cdk8s. */
export function letSubmit(name: string, environment: SubmittedEnvironment, submitters: SubmittersArgs, options: ChildOptions): void {
  const { label, namespace, descriptor, awsGroups } = environment;
  const metadata = { name: objectName({ parts: [label, 'submit'], limit: NameLimit.SUBDOMAIN }), namespace };
  const rules = all([descriptor, submitters.portForward ?? false]).apply(([{ rayCluster: cluster }, portForward]) => submitterAccess({
    rayCluster: cluster.name,
    service: cluster.dashboard.service,
    descriptor: stackConfigMapName(label),
    tokenSecret: cluster.tokenSecret?.name,
    portForward,
    runClusters: false, // not to be had here yet
  }));
  const subjects = all([submitters.users ?? [], submitters.groups ?? [], all(awsGroups)]).apply(([users, groups, more]) =>
    submitterSubjects(users, [...groups, ...more]));
  const role = new Role(`${name}-submit`, { metadata, rules }, options);
  new RoleBinding(`${name}-submit`, { metadata, roleRef: { apiGroup: RBAC, kind: 'Role', name: role.metadata.name }, subjects }, options);
}
