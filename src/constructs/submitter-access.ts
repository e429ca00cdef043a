import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { emitEnvironmentObject, emitNetworkPolicy } from './environment-object';
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
   * @throws when nobody is named
   */
  constructor(scope: Construct, id: string, props: SubmitterAccessProps) {
    super(scope, id);
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

function rulesFor(environment: ComputeEnvironment, portForward: boolean): PolicyRule[] {
  const { rayCluster: { name: rayCluster, dashboard: { service }, tokenSecret }, runClusters } = environment._describe();
  const descriptor = environment._descriptorName();
  return submitterAccess({ rayCluster, service, descriptor, tokenSecret: tokenSecret?.name, portForward, runClusters: runClusters !== undefined });
}
