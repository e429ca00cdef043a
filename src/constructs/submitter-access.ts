import { isIP } from 'net';
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { emitEnvironmentObject, emitNetworkPolicy } from './environment-object';
import { requireEnvironment } from './given-environment';
import { OPTIONS } from './known-options';
import { requireFlag, requireNames, requireTexts } from './plain-options';
import { requireKnown, requireOptions } from './require-options';
import { isCidr } from '../spec/cidr';
import { invalidValue } from '../spec/invalid-value';
import { apiServerPolicy } from '../spec/network-policies';
import { PolicyRule, RBAC } from '../spec/pod-access';
import { submitterAccess, submitterSubjects } from '../spec/submitter-access';

const NAMING = { suffix: 'submit' };

/** Who may submit jobs by `geneva-stack --target cluster`. */
export interface SubmitterAccessOptions {
  /**
   * Users, as the API server knows them. A service account is `system:serviceaccount:NAMESPACE:NAME`.
   *
   * @default - none
   */
  readonly users?: string[];

  /**
   * Groups of users, as the API server knows them.
   *
   * @default - none
   */
  readonly groups?: string[];

  /**
   * Whether they may use `--via port-forward`, too. It reaches every port of every pod in the namespace.
   *
   * @default false
   */
  readonly portForward?: boolean;

  /**
   * Addresses that the API server reaches pods from. Network isolation lets it through to the dashboard then, as `--via proxy` needs it.
   *
   * On EKS those are the subnets of the cluster. Some network plugins let the control plane through anyway.
   *
   * @default - none
   */
  readonly apiServerCidrs?: string[];
}

/** What {@link SubmitterAccess} needs. */
export interface SubmitterAccessProps extends SubmitterAccessOptions {
  /** The environment whose jobs they submit. */
  readonly environment: ComputeEnvironment;
}

/** Lets people submit jobs to an environment by way of the API server, and no more than that. */
export class SubmitterAccess extends Construct {
  /**
   * @param scope what it belongs to
   * @param id name of the construct in its scope
   * @param props who, and how
   * @throws when nobody is named, or a range of addresses is none
   */
  constructor(scope: Construct, id: string, props: SubmitterAccessProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.SUBMITTER_ACCESS);
    if (new.target === SubmitterAccess) { requireKnown(this.node.path, props, OPTIONS.SUBMITTER_ACCESS); }
    requireEnvironment(this, props.environment);
    requireSubmitters(this.node.path, props);
    const { environment, users = [], groups = [], portForward = false, apiServerCidrs = [] } = props;
    const subjects = submitterSubjects(users, groups);
    if (subjects.length === 0) {
      throw invalidValue({ path: this.node.path, at: 'users', got: undefined, expected: 'a user or a group', fix: "groups: ['data-scientists']" });
    }
    const apiVersion = `${RBAC}/v1`;
    const rules = Lazy.any({ produce: () => rulesFor(environment, portForward) });
    const { name } = emitEnvironmentObject(this, environment, NAMING, { apiVersion, kind: 'Role', rules });
    const roleRef = { apiGroup: RBAC, kind: 'Role', name };
    emitEnvironmentObject(new Construct(this, 'Binding'), environment, NAMING, { apiVersion, kind: 'RoleBinding', roleRef, subjects });
    if (environment._isIsolated() && apiServerCidrs.length > 0) {
      emitNetworkPolicy(this, environment, apiServerPolicy(environment.name, apiServerCidrs));
    }
  }
}

function requireSubmitters(path: string, { users, groups, portForward, apiServerCidrs }: SubmitterAccessOptions): void {
  requireNames({ path, at: 'users', got: users }, "users: ['ada']");
  requireNames({ path, at: 'groups', got: groups }, "groups: ['data-scientists']");
  requireFlag({ path, at: 'portForward', got: portForward });
  requireTexts({ path, at: 'apiServerCidrs', got: apiServerCidrs }, '"10.0.0.0/16"');
  const strange = apiServerCidrs?.find((cidr) => !isCidr(cidr));
  if (strange !== undefined) {
    const bits = { 0: undefined, 4: 32, 6: 128 }[isIP(strange)];
    const fix = bits === undefined ? 'apiServerCidrs: ["10.0.0.0/16"]' : `apiServerCidrs: ["${strange}/${bits}"], or the range it is from`;
    throw invalidValue({ path, at: 'apiServerCidrs', got: strange, expected: 'ranges of addresses, such as "10.0.0.0/16"', fix });
  }
}

function rulesFor(environment: ComputeEnvironment, portForward: boolean): PolicyRule[] {
  const { rayCluster: { name: rayCluster, dashboard: { service }, tokenSecret }, runClusters } = environment._describe();
  const descriptor = environment._descriptorName();
  return submitterAccess({ rayCluster, service, descriptor, tokenSecret: tokenSecret?.name, portForward, runClusters: runClusters !== undefined });
}
